/** Time that only the simulation moves. Timers belong to a life and end with it; the clock people see may jump. */
import type { Clock } from '#domain/clock.ts'

/** One run of a gateway process, from its start to its death. */
export interface Life {
  readonly name: string
  isDead: boolean
}

export interface VirtualTime {
  nowMs(): number
  clockOf(life: Life): Clock
  /** Moves the wall clock alone, as an operator or NTP does. Durations do not notice. */
  jump(ms: number): void
  /** Runs what is due within `ms` in order of time, and `settle` after each. */
  advance(ms: number, settle: () => Promise<void>): Promise<void>
  /** How long until the next living timer; `undefined` when there is none. */
  untilNextMs(): number | undefined
}

interface Timer {
  readonly life: Life
  readonly dueMs: number
  readonly task: () => void
}

const start = Date.parse('2026-11-23T02:30:00.000Z')

export function virtualTime(): VirtualTime {
  let elapsedMs = 0
  let offsetMs = start
  const timers = new Set<Timer>()
  const next = (): Timer | undefined => {
    let first: Timer | undefined
    for (const timer of timers) {
      if (timer.life.isDead) timers.delete(timer)
      else if (first === undefined || timer.dueMs < first.dueMs) first = timer
    }
    return first
  }
  const nowMs = () => offsetMs + elapsedMs

  return {
    nowMs,
    clockOf: (life) => ({
      nowMs,
      monotonicMs: () => elapsedMs,
      schedule: (delayMs, task) => {
        const timer = { life, dueMs: elapsedMs + Math.max(0, delayMs), task }
        timers.add(timer)
        return () => void timers.delete(timer)
      },
    }),
    jump: (ms) => {
      offsetMs += ms
    },
    advance: async (ms, settle) => {
      const untilMs = elapsedMs + ms
      for (let timer = next(); timer !== undefined && timer.dueMs <= untilMs; timer = next()) {
        timers.delete(timer)
        elapsedMs = Math.max(elapsedMs, timer.dueMs)
        timer.task()
        await settle()
      }
      elapsedMs = untilMs
    },
    untilNextMs: () => {
      const timer = next()
      return timer && Math.max(0, timer.dueMs - elapsedMs)
    },
  }
}
