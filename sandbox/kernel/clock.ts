/**
 * The one clock of all simulators. It runs with real time until a tester sets, advances or freezes it; tasks
 * scheduled on it (notification retries over 72 h) follow, so that three days can pass in a millisecond.
 */
import TinyQueue from 'tinyqueue'

export interface SandboxClock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number
  readonly frozen: boolean
  set(epochMs: number): void
  advance(ms: number): void
  freeze(frozen: boolean): void
  /** Runs `task` once the clock has moved on by `delayMs`; the returned function cancels it. */
  schedule(delayMs: number, task: () => void): () => void
  /** Real time again, and every scheduled task forgotten. */
  reset(): void
}

interface Scheduled {
  readonly dueMs: number
  /** Of those due at the same moment, the one scheduled first comes first. */
  readonly number: number
  readonly task: () => void
  isCancelled: boolean
}

const sooner = (one: Scheduled, other: Scheduled) => one.dueMs - other.dueMs || one.number - other.number

/** Node's timers overflow beyond 2^31-1 ms; a longer wait is taken in steps. */
const longestTimerMs = 2_000_000_000

export function createClock(realNowMs: () => number = Date.now): SandboxClock {
  let offsetMs = 0
  let frozenAtMs: number | undefined
  /** The moment a task is run at, while a jump passes over it. */
  let passingMs: number | undefined
  let timer: NodeJS.Timeout | undefined
  /** A payment that is told to nobody waits here for 72 h, and a tester may make tens of thousands. */
  let scheduled = new TinyQueue<Scheduled>([], sooner)
  let count = 0

  const nowMs = () => passingMs ?? frozenAtMs ?? realNowMs() + offsetMs

  const moveTo = (epochMs: number) => {
    if (frozenAtMs === undefined) offsetMs = epochMs - realNowMs()
    else frozenAtMs = epochMs
    runDue()
  }

  /** In the order they were due, each at its own moment, so that one may schedule the next within the same jump. */
  const runDue = () => {
    const reachedMs = nowMs()
    try {
      for (let next = scheduled.peek(); next && next.dueMs <= reachedMs; next = scheduled.peek()) {
        scheduled.pop()
        if (next.isCancelled) continue
        passingMs = next.dueMs
        next.task()
      }
    } finally {
      passingMs = undefined
      arm()
    }
  }

  const arm = () => {
    clearTimeout(timer)
    const next = scheduled.peek()
    if (!next || frozenAtMs !== undefined || passingMs !== undefined) return
    timer = setTimeout(runDue, Math.min(Math.max(next.dueMs - nowMs(), 0), longestTimerMs))
    timer.unref()
  }

  return {
    nowMs,
    get frozen() {
      return frozenAtMs !== undefined
    },
    set: moveTo,
    advance: (ms) => moveTo(nowMs() + ms),
    freeze(frozen) {
      if (frozen) frozenAtMs ??= nowMs()
      else if (frozenAtMs !== undefined) {
        offsetMs = frozenAtMs - realNowMs()
        frozenAtMs = undefined
      }
      arm()
    },
    schedule(delayMs, task) {
      const one = { dueMs: nowMs() + delayMs, number: (count += 1), task, isCancelled: false }
      scheduled.push(one)
      if (scheduled.peek() === one) arm()
      return () => {
        one.isCancelled = true
      }
    },
    reset() {
      scheduled = new TinyQueue<Scheduled>([], sooner)
      offsetMs = 0
      frozenAtMs = undefined
      arm()
    },
  }
}
