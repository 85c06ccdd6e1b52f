/** A clock that stands still until a test moves it; what is due then runs in order of time. */
import type { Clock } from '#domain/clock.ts'

export interface ManualClock extends Clock {
  advance(ms: number): void
  /** Timers that have neither run nor been cancelled. */
  readonly pending: number
}

export function manualClock(startMs = Date.parse('2026-11-23T02:30:00.000Z')): ManualClock {
  let elapsedMs = 0
  const timers = new Map<object, { readonly dueMs: number; readonly task: () => void }>()
  const nextDue = (untilMs: number) =>
    [...timers].filter(([, { dueMs }]) => dueMs <= untilMs).toSorted(([, a], [, b]) => a.dueMs - b.dueMs)[0]

  return {
    nowMs: () => startMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    schedule(delayMs, task) {
      const timer = {}
      timers.set(timer, { dueMs: elapsedMs + delayMs, task })
      return () => void timers.delete(timer)
    },
    advance(ms) {
      const untilMs = elapsedMs + ms
      for (let next = nextDue(untilMs); next !== undefined; next = nextDue(untilMs)) {
        const [timer, { dueMs, task }] = next
        timers.delete(timer)
        elapsedMs = Math.max(elapsedMs, dueMs)
        task()
      }
      elapsedMs = untilMs
    },
    get pending() {
      return timers.size
    },
  }
}
