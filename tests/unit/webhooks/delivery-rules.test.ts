import { describe, expect, it } from 'vitest'
import { judgeAnswer } from '#webhooks/judge-answer.ts'
import { healthAfter, isResting, mayTryOnlyOne } from '#webhooks/receiver-health.ts'
import { retryWaitMs } from '#webhooks/retry-schedule.ts'

const second = 1_000
const hour = 3_600_000
const nowMs = 1_000_000

describe('the schedule of repeated deliveries', () => {
  const waits = Array.from({ length: 12 }, (_, index) => retryWaitMs(index + 1, 0.5))

  it('begins with 5 seconds, rises, ends with 48 hours, and is over after thirteen tries', () => {
    expect(waits[0]).toBe(5 * second)
    expect(waits.at(-1)).toBe(48 * hour)
    expect(waits).toEqual(waits.toSorted((a, b) => Number(a) - Number(b)))
    expect(retryWaitMs(13, 0.5)).toBeUndefined()
  })

  it('spreads each wait a fifth to either side', () => {
    expect(retryWaitMs(12, 0)).toBe(38.4 * hour)
    expect(retryWaitMs(12, 0.999_999)).toBeGreaterThan(57.5 * hour)
  })

  it('honours Retry-After, up to an hour, and never as a reason to come sooner', () => {
    expect(retryWaitMs(1, 0.5, 120)).toBe(120 * second)
    expect(retryWaitMs(1, 0.5, 999_999)).toBe(hour)
    expect(retryWaitMs(12, 0.5, 1)).toBe(48 * hour)
  })
})

describe('a receiver that fails', () => {
  const fail = (failures: number, failed: number) =>
    healthAfter({ failures }, { succeeded: 0, failed }, { nowMs, chance: 0.5 })

  it('rests after five failures in a row, twice as long each time, ten minutes at most', () => {
    expect(fail(0, 4)).toEqual({ failures: 4 })
    expect(fail(0, 16)).toEqual({ failures: 5, restsUntilMs: nowMs + 30 * second })
    expect(fail(5, 1).restsUntilMs).toBe(nowMs + 60 * second)
    expect(fail(60, 1).restsUntilMs).toBe(nowMs + 600 * second)
  })

  it('is then tried with one delivery, and forgiven by one success', () => {
    expect(mayTryOnlyOne({ failures: 4 })).toBe(false)
    expect(mayTryOnlyOne({ failures: 5 })).toBe(true)
    expect(healthAfter({ failures: 9 }, { succeeded: 1, failed: 3 }, { nowMs, chance: 0 })).toEqual({ failures: 0 })
  })

  it('rests no longer for what was on its way when it began to', () => {
    const resting = { failures: 5, restsUntilMs: nowMs + 1 }
    expect(healthAfter(resting, { succeeded: 0, failed: 11 }, { nowMs, chance: 0.5 })).toEqual(resting)
    expect(healthAfter(resting, { succeeded: 1, failed: 10 }, { nowMs, chance: 0.5 })).toEqual({ failures: 0 })
  })

  it('rests until its time, and not beyond', () => {
    expect(isResting({ failures: 5, restsUntilMs: nowMs + 1 }, nowMs)).toBe(true)
    expect(isResting({ failures: 5, restsUntilMs: nowMs }, nowMs)).toBe(false)
    expect(isResting({ failures: 5 }, nowMs)).toBe(false)
  })
})

describe('an answer of a receiver', () => {
  it.each([
    [200, undefined],
    [204, undefined],
    [299, undefined],
    [301, 'redirected'],
    [307, 'redirected'],
    [400, 'refused'],
    [410, 'gone'],
    [429, 'refused'],
    [500, 'refused'],
  ] as const)('%i means %s', (status, failure) => {
    expect(judgeAnswer({ kind: 'answered', status })).toMatchObject({ status, ...(failure && { failure }) })
    expect(judgeAnswer({ kind: 'answered', status }).failure).toBe(failure)
  })

  it('says when to come back, where it refused', () => {
    expect(judgeAnswer({ kind: 'answered', status: 503, retryAfterSeconds: 7 })).toEqual({
      status: 503,
      failure: 'refused',
      retryAfterSeconds: 7,
    })
  })

  it('that never came is told apart by what is known', () => {
    expect(judgeAnswer({ kind: 'not_allowed' }).failure).toBe('address_not_allowed')
    expect(judgeAnswer({ kind: 'not_sent', reason: 'address_unknown' }).failure).toBe('address_unknown')
    expect(judgeAnswer({ kind: 'unknown', reason: 'timeout' }).failure).toBe('timeout')
  })
})
