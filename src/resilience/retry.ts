/**
 * When a failed attempt may be repeated, and how long to wait. Full jitter (random between zero and an exponential
 * cap) spreads the herd; the budget keeps an outage from being amplified: at most 10 % more calls than asked for.
 */
import { UpstreamError } from '#domain/errors.ts'
import type { OperationPolicy } from './policy.ts'

const baseDelayMs = 50
const maxDelayMs = 1_000
/** Tokens earned per call, and how many can be saved up for a short burst of failures. */
const budgetShare = 0.1
const budgetReserve = 10

/** Whether effect and fate allow another attempt of the same call. */
export function mayRepeat(error: unknown, policy: OperationPolicy): error is UpstreamError {
  if (!(error instanceof UpstreamError)) return false
  switch (error.code) {
    case 'upstream_unavailable':
      return error.fate === 'not_sent' || policy.effect === 'read'
    case 'upstream_timeout':
    case 'upstream_connection_lost':
    case 'upstream_failed':
      return policy.effect === 'read'
    default:
      return false
  }
}

/** `attempt` counts from 1; `random` is in [0, 1). The upstream's own Retry-After wins when it asks for more. */
export function delayBeforeNext(attempt: number, error: UpstreamError, random: () => number): number {
  const cap = Math.min(maxDelayMs, baseDelayMs * 2 ** attempt)
  return Math.max(random() * cap, (error.retryAfterSeconds ?? 0) * 1_000)
}

export interface RetryBudget {
  earn(): void
  trySpend(): boolean
}

export function createRetryBudget(): RetryBudget {
  let tokens = budgetReserve
  return {
    earn() {
      tokens = Math.min(budgetReserve, tokens + budgetShare)
    },
    trySpend() {
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
  }
}
