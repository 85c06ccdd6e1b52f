/** EMVCo's merchant-presented QR text, read and checked without a line of whoever wrote it. */

/** Tag, two digits of length, value, until the end. Throws where the last value is cut off. */
export function readTags(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>()
  let at = 0
  while (at < text.length) {
    const length = Number(text.slice(at + 2, at + 4))
    tags.set(text.slice(at, at + 2), text.slice(at + 4, at + 4 + length))
    at += 4 + length
  }
  if (at !== text.length) throw new Error('the last value is cut off')
  return tags
}

/** CRC-16/CCITT-FALSE bit by bit, as the standard describes it; check value of `123456789`: 29B1. */
export function checkValue(ascii: string): string {
  let register = 0xffff
  for (const byte of Buffer.from(ascii, 'latin1')) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const isOverflowing = ((register >> 15) & 1) !== ((byte >> bit) & 1)
      register = (register << 1) & 0xffff
      if (isOverflowing) register ^= 0x1021
    }
  }
  return register.toString(16).toUpperCase().padStart(4, '0')
}
