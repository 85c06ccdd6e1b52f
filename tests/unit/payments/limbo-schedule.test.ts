import { describe, expect, it } from 'vitest'
import { limboDelayMs, limboOffsetsMs, quietPosition } from '#payments/limbo-schedule.ts'

const second = 1_000
const hour = 3_600 * second
const day = 24 * hour

describe('the limbo schedule', () => {
  it('asks after 5 s, 15 s, 60 s, 5 min, 15 min, 1 h, then hourly to 72 h, then daily to 30 d', () => {
    const expected = [5 * second, 15 * second, 60 * second, 300 * second, 900 * second]
    for (let at = hour; at <= 72 * hour; at += hour) expected.push(at)
    for (let at = 4 * day; at <= 30 * day; at += day) expected.push(at)
    expect(limboOffsetsMs).toEqual(expected)
  })

  it('gives the waits between the looks, so that looks on time fall on the published moments', () => {
    let sinceMs = 0
    for (const [checks, offset] of limboOffsetsMs.entries()) {
      sinceMs += limboDelayMs(checks) ?? Number.NaN
      expect(sinceMs).toBe(offset)
    }
  })

  it('ends after thirty days', () => {
    expect(limboDelayMs(limboOffsetsMs.length)).toBeUndefined()
  })

  it('lets a payer who merely takes time begin at the slow end', () => {
    expect(limboDelayMs(quietPosition)).toBe(600 * second)
  })
})
