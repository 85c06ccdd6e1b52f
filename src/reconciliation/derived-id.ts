/** Ids made from what a thing is: whoever finds the same thing again, here or on another machine, gives it the same id. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '#domain/canonical-json.ts'

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** `prefix_` and 26 characters: 130 bits of SHA-256 over the canonical form of `facts`. */
export function derivedId(prefix: 'cas' | 'stf', facts: unknown): string {
  const digest = createHash('sha256').update(canonicalJson(facts)).digest()
  const characters = Array.from({ length: 26 }, (_, index) => crockford.charAt(fiveBits(digest, index * 5)))
  return `${prefix}_${characters.join('')}`
}

function fiveBits(bytes: Uint8Array, at: number): number {
  const byte = Math.floor(at / 8)
  const pair = ((bytes[byte] ?? 0) << 8) | (bytes[byte + 1] ?? 0)
  return (pair >> (11 - (at % 8))) & 31
}
