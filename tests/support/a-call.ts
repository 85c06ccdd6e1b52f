/** A call context for adapters, on the real clock: half a minute unless the test is about the deadline. Ids are unique. */
import type { CallContext } from '#domain/call-context.ts'
import { systemClock } from '#main/clock.ts'

let made = 0

export function aCall(options: { readonly withinMs?: number; readonly signal?: AbortSignal } = {}): CallContext {
  return {
    requestId: `req_${String(++made).padStart(26, '0')}`,
    deadlineMs: systemClock.monotonicMs() + (options.withinMs ?? 30_000),
    signal: options.signal ?? new AbortController().signal,
  }
}
