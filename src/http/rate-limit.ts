/**
 * How much one client may ask, in windows, in this process's memory (RateLimit and RateLimit-Policy as in the IETF draft
 * "RateLimit header fields for HTTP"). A Map look-up and an addition: no promise and no dependency for it. Each process
 * counts for itself, so with n processes a client gets at most n times the quota; the national systems are guarded
 * by bulkheads, this only keeps one client from starving its neighbours.
 */
import type { Clock } from '#domain/clock.ts'

export interface RateLimitPolicy {
  readonly requests: number
  readonly windowSeconds: number
}

/** 1,000 requests a second, more than a whole province needs; it stops a loop gone wild, not a busy morning. */
export const defaultRateLimit: RateLimitPolicy = { requests: 60_000, windowSeconds: 60 }

interface RateLimitStanding {
  readonly allowed: boolean
  /** Value of the `RateLimit` header. */
  readonly header: string
  readonly retryAfterSeconds: number
}

export interface RateLimiter {
  /** Value of the `RateLimit-Policy` header. */
  readonly policyHeader: string
  /** Counts one request of `client`. */
  take(client: string): RateLimitStanding
}

interface Window {
  endsAtMs: number
  used: number
}

/** Clients are registered, so there are few; a bound all the same. The oldest window goes first. */
const maxClients = 10_000

export function createRateLimiter(policy: RateLimitPolicy, clock: Pick<Clock, 'monotonicMs'>): RateLimiter {
  const windows = new Map<string, Window>()
  const windowMs = policy.windowSeconds * 1_000

  function windowOf(client: string, nowMs: number): Window {
    const known = windows.get(client)
    if (known !== undefined && known.endsAtMs > nowMs) return known
    windows.delete(client)
    const oldest = windows.size >= maxClients ? windows.keys().next().value : undefined
    if (oldest !== undefined) windows.delete(oldest)
    const fresh = { endsAtMs: nowMs + windowMs, used: 0 }
    windows.set(client, fresh)
    return fresh
  }

  return {
    policyHeader: `"client";q=${policy.requests};w=${policy.windowSeconds}`,
    take(client) {
      const nowMs = clock.monotonicMs()
      const window = windowOf(client, nowMs)
      const allowed = window.used < policy.requests
      if (allowed) window.used += 1
      const retryAfterSeconds = Math.max(1, Math.ceil((window.endsAtMs - nowMs) / 1_000))
      const remaining = policy.requests - window.used
      return { allowed, header: `"client";r=${remaining};t=${retryAfterSeconds}`, retryAfterSeconds }
    },
  }
}
