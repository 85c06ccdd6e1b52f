/** Reads a Vietnamese numeral back, by the grammar of the words and not by the way they were chosen. */

const ones: Readonly<Record<string, number>> = {
  không: 0,
  một: 1,
  mốt: 1,
  hai: 2,
  ba: 3,
  bốn: 4,
  tư: 4,
  năm: 5,
  lăm: 5,
  sáu: 6,
  bảy: 7,
  tám: 8,
  chín: 9,
}
const scales: Readonly<Record<string, bigint>> = { tỷ: 1_000_000_000n, triệu: 1_000_000n, nghìn: 1_000n }

/** `undefined` for words that are no numeral, or one nobody would say. */
export function readVietnameseNumber(text: string): bigint | undefined {
  let total = 0n
  let last = Infinity
  let words: string[] = []
  for (const word of [...text.split(' '), '']) {
    const scale = word === '' ? 1n : scales[word]
    if (scale === undefined) {
      words.push(word)
      continue
    }
    if (word === '' && words.length === 0) break
    const group = readGroup(words, total > 0n)
    if (group === undefined || Number(scale) >= last) return undefined
    total += BigInt(group) * scale
    last = Number(scale)
    words = []
  }
  return total
}

const group =
  /^(?:(?<hundreds>\S+) trăm(?: |$))?(?:(?<ten>mười)(?: |$)|(?<tens>\S+) mươi(?: |$)|(?<link>linh) )?(?<ones>\S+)?$/

function readGroup(words: readonly string[], isBehind: boolean): number | undefined {
  const parts = group.exec(words.join(' '))?.groups
  if (parts === undefined) return undefined
  const hundreds = valueOf(parts['hundreds'], /^(không|một|hai|ba|bốn|năm|sáu|bảy|tám|chín)$/)
  const tens = parts['ten'] ? 1 : valueOf(parts['tens'], /^(hai|ba|bốn|năm|sáu|bảy|tám|chín)$/)
  const unit = valueOf(parts['ones'], unitsAfter(tens))
  if (hundreds === undefined || tens === undefined || unit === undefined) return undefined
  // The hundreds are said behind a larger group, and "linh" exactly where the tens are skipped.
  if (isBehind !== (parts['hundreds'] !== undefined) && isBehind) return undefined
  const needsLink = parts['hundreds'] !== undefined && tens === 0 && unit > 0
  if (needsLink !== (parts['link'] !== undefined)) return undefined
  return hundreds * 100 + tens * 10 + unit
}

function unitsAfter(tens: number | undefined): RegExp {
  if (tens === undefined || tens === 0) return /^(không|một|hai|ba|bốn|năm|sáu|bảy|tám|chín)$/
  if (tens === 1) return /^(một|hai|ba|bốn|lăm|sáu|bảy|tám|chín)$/
  return /^(mốt|hai|ba|tư|lăm|sáu|bảy|tám|chín)$/
}

const valueOf = (word: string | undefined, sayable: RegExp): number | undefined => {
  if (word === undefined) return 0
  return sayable.test(word) ? ones[word] : undefined
}
