/**
 * When a failed delivery is tried again: 5 s after its first failure, at last 48 h after the one before; four and a half days in
 * all. Then it is dead: it stays visible, and is sent again when somebody asks.
 */
const second = 1_000
const minute = 60 * second
const hour = 60 * minute

const retryWaitsMs: readonly number[] = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  16 * hour,
  24 * hour,
  48 * hour,
]

/** A fifth to either side: receivers that failed together do not come back together. */
const jitterShare = 0.2
/** Whoever asks for more patience than this is asked sooner. */
const maxRetryAfterMs = hour

/**
 * How long to wait after `failures` tries of one delivery; `undefined` after the last. `chance` is in [0, 1);
 * `retryAfterSeconds` is what the receiver asked for.
 */
export function retryWaitMs(failures: number, chance: number, retryAfterSeconds = 0): number | undefined {
  const waitMs = retryWaitsMs[failures - 1]
  if (waitMs === undefined) return undefined
  const spread = waitMs * (1 - jitterShare + 2 * jitterShare * chance)
  return Math.round(Math.max(spread, Math.min(retryAfterSeconds * second, maxRetryAfterMs)))
}
