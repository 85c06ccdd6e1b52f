/** Amounts as a person reads them on a receipt: `1.250.000 đồng` and `Một triệu hai trăm năm mươi nghìn đồng`. */
export const amountDigits = (dong: number): string => String(dong).replaceAll(/\B(?=(\d{3})+$)/g, '.')

const digits = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'] as const
const scales = ['', ' nghìn', ' triệu', ' tỷ'] as const

/** For 1 … 999,999,999,999 đồng. */
export function amountWords(dong: number): string {
  const groups = amountDigits(dong).split('.').map(Number)
  const spoken = groups.flatMap((group, at) => {
    if (group === 0) return []
    return [threeDigits(group, at > 0) + (scales[groups.length - 1 - at] ?? '')]
  })
  const words = spoken.join(' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} đồng`
}

/** Inside a number the hundreds are always said: 1.005.000 is "một triệu không trăm linh năm nghìn". */
function threeDigits(group: number, isInside: boolean): string {
  const [hundreds, tens, ones] = [Math.floor(group / 100), Math.floor(group / 10) % 10, group % 10]
  const head = hundreds > 0 || isInside ? [`${digits[hundreds]} trăm`] : []
  return [...head, ...twoDigits(tens, ones, head.length > 0)].join(' ')
}

function twoDigits(tens: number, ones: number, hasHundreds: boolean): string[] {
  if (tens === 0) return ones === 0 ? [] : [...(hasHundreds ? ['linh'] : []), digits[ones] ?? '']
  const head = tens === 1 ? 'mười' : `${digits[tens]} mươi`
  if (ones === 0) return [head]
  if (ones === 1 && tens > 1) return [head, 'mốt']
  if (ones === 5) return [head, 'lăm']
  return [head, digits[ones] ?? '']
}
