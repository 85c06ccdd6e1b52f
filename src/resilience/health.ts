/** What `GET /v1/upstreams` shows of an operation class: the last calls, not an average since the start. */
import type { BreakerState } from './breaker.ts'

/** Enough for a p99 that means something, small enough to sort on request. */
const window = 512

export interface ClassHealth {
  readonly operationClass: string
  readonly breaker: BreakerState
  readonly inFlight: number
  readonly maxInFlight: number
  /** Of the last calls, at most 512; absent before the first. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number }
  /** Share of the last calls that ended in an `UpstreamError`, 0 … 1; absent before the first. */
  readonly errorShare?: number
  readonly lastErrorCode?: string
  readonly lastErrorAtMs?: number
}

export interface Outcomes {
  record(durationMs: number, failed: boolean): void
  summary(): Pick<ClassHealth, 'latencyMs' | 'errorShare'>
}

export function createOutcomes(): Outcomes {
  const durations = new Float64Array(window)
  const failures = new Uint8Array(window)
  let count = 0
  return {
    record(durationMs, failed) {
      const slot = count % window
      durations[slot] = durationMs
      failures[slot] = failed ? 1 : 0
      count += 1
    },
    summary() {
      const size = Math.min(count, window)
      if (size === 0) return {}
      const sorted = durations.slice(0, size).sort()
      const at = (share: number) => round(sorted[Math.min(size - 1, Math.floor(size * share))] ?? 0)
      const failed = failures.slice(0, size).reduce((sum, one) => sum + one, 0)
      return { latencyMs: { p50: at(0.5), p99: at(0.99) }, errorShare: round(failed / size) }
    },
  }
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
