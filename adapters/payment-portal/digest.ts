/** Comparing checksums takes as long for a wrong one as for a right one. */
import { timingSafeEqual } from 'node:crypto'

export function isSameDigest(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)]
  return one.length === other.length && timingSafeEqual(one, other)
}
