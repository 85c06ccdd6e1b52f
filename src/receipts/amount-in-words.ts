/** Amounts as a cashier writes them out: `Một triệu hai trăm năm mươi nghìn đồng`. */
import type { Money } from '#domain/money.ts'

const digits = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'] as const
const scales = ['', 'nghìn', 'triệu', 'tỷ'] as const

/** Up to `maxAmountDong`: nothing above tỷ is ever said. */
export function amountInWords({ dong }: Money): string {
  const words = wordsOf(dong).join(' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} đồng`
}

function wordsOf(dong: bigint): readonly string[] {
  if (dong === 0n) return [digits[0]]
  const words: string[] = []
  for (const [place, scale] of [...scales.entries()].toReversed()) {
    const group = Number((dong / 1_000n ** BigInt(place)) % 1_000n)
    if (group === 0) continue
    words.push(...groupWords(group, words.length > 0), ...(scale === '' ? [] : [scale]))
  }
  return words
}

/** Behind a larger group every hundred is said, none too: 1.005.000 is `một triệu không trăm linh năm nghìn`. */
function groupWords(group: number, isBehind: boolean): readonly string[] {
  const [hundreds, tens, ones] = [Math.floor(group / 100), Math.floor(group / 10) % 10, group % 10]
  const hasHundreds = isBehind || hundreds > 0
  return [
    ...(hasHundreds ? [digit(hundreds), 'trăm'] : []),
    ...tensWords(tens, hasHundreds && ones > 0),
    ...onesWords(ones, tens),
  ]
}

function tensWords(tens: number, needsLink: boolean): readonly string[] {
  if (tens === 0) return needsLink ? ['linh'] : []
  return tens === 1 ? ['mười'] : [digit(tens), 'mươi']
}

/** After tens three ones change their sound: hai mươi mốt, hai mươi tư, mười lăm. */
function onesWords(ones: number, tens: number): readonly string[] {
  if (ones === 0) return []
  if (ones === 5 && tens > 0) return ['lăm']
  if (tens > 1 && ones === 1) return ['mốt']
  if (tens > 1 && ones === 4) return ['tư']
  return [digit(ones)]
}

const digit = (value: number): string => digits[value] ?? ''
