/**
 * Failed client authentications slow down whoever fails, per client and address together: five in a minute, then a wait
 * that doubles. Never a lock-out: somebody else's failures under a client's name do not hold that client back, and one
 * success clears the count.
 */
import type { Clock } from '#domain/clock.ts'

export interface FailureBackoff {
  /** How long `who` must still wait before the next attempt is looked at; 0 when it may come now. */
  remainingMs(who: string): number
  failed(who: string): void
  succeeded(who: string): void
}

const freeFailures = 5
const windowMs = 60_000
const firstWaitMs = 1_000
const maxWaitMs = 60_000
/** Bounded, oldest first: inventing names must not fill the memory. */
const maxRemembered = 10_000

interface Failures {
  readonly count: number
  readonly sinceMs: number
  readonly heldUntilMs: number
}

export function createFailureBackoff(clock: Clock): FailureBackoff {
  const failures = new Map<string, Failures>()

  function next(known: Failures | undefined, nowMs: number): Failures {
    const isFresh = known === undefined || nowMs - Math.max(known.sinceMs, known.heldUntilMs) > windowMs
    const count = isFresh ? 1 : known.count + 1
    const waitMs = count < freeFailures ? 0 : Math.min(firstWaitMs * 2 ** (count - freeFailures), maxWaitMs)
    return { count, sinceMs: isFresh ? nowMs : known.sinceMs, heldUntilMs: nowMs + waitMs }
  }

  return {
    remainingMs: (who) => Math.max(0, (failures.get(who)?.heldUntilMs ?? 0) - clock.monotonicMs()),
    failed(who) {
      const known = failures.get(who)
      failures.delete(who)
      failures.set(who, next(known, clock.monotonicMs()))
      const [oldest] = failures.keys()
      if (failures.size > maxRemembered && oldest !== undefined) failures.delete(oldest)
    },
    succeeded: (who) => void failures.delete(who),
  }
}
