/** Ids a test can predict: `ver_` and a counter of 26 digits. */
import type { IdPrefix, Ids } from '#domain/clock.ts'

export function sequentialIds(): Ids {
  let count = 0
  const next = (width: number) => String((count += 1)).padStart(width, '0')
  return {
    next: (prefix: IdPrefix) => `${prefix}_${next(26)}`,
    portalReference: () => next(20),
    random: (n) => new Uint8Array(n).fill((count += 1) % 256),
  }
}
