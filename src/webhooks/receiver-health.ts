/**
 * A breaker per receiver, kept in its row so that all processes know it: after five failures in a row nothing is sent for a
 * while, then one delivery is tried. A receiver that is down costs one try per rest, however long its queue is, and nobody
 * else waits for it.
 */
import type { EndpointHealth } from '#domain/webhook.ts'

const failuresBeforeRest = 5
const firstRestMs = 30_000
const longestRestMs = 10 * 60_000

/**
 * After some tries; `chance` in [0, 1) keeps receivers of one dead machine from waking together. What fails while it rests was on its
 * way before, and tells nothing new.
 */
export function healthAfter(
  known: EndpointHealth,
  { succeeded, failed }: { readonly succeeded: number; readonly failed: number },
  { nowMs, chance }: { readonly nowMs: number; readonly chance: number },
): EndpointHealth {
  if (succeeded > 0) return { failures: 0 }
  if (isResting(known, nowMs)) return known
  const { failures } = known
  const counted =
    failures < failuresBeforeRest ? Math.min(failures + failed, failuresBeforeRest) : failures + Math.min(failed, 1)
  if (counted < failuresBeforeRest) return { failures: counted }
  const restMs = Math.min(firstRestMs * 2 ** (counted - failuresBeforeRest), longestRestMs)
  return { failures: counted, restsUntilMs: nowMs + Math.round(restMs * (0.8 + 0.4 * chance)) }
}

/** Half open: one try decides. */
export const mayTryOnlyOne = ({ failures }: EndpointHealth): boolean => failures >= failuresBeforeRest

export const isResting = ({ restsUntilMs }: EndpointHealth, nowMs: number): boolean =>
  restsUntilMs !== undefined && nowMs < restsUntilMs
