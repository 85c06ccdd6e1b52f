import { describe, expect, it } from 'vitest'
import { createFailureBackoff } from '#auth/failure-backoff.ts'
import { manualClock } from '../../support/manual-clock.ts'

function aBackoff(failures: number) {
  const clock = manualClock()
  const backoff = createFailureBackoff(clock)
  for (let count = 0; count < failures; count++) backoff.failed('desk')
  return { clock, backoff }
}

describe('backing off from failures', () => {
  it('lets four failures pass', () => {
    expect(aBackoff(4).backoff.remainingMs('desk')).toBe(0)
  })

  it('waits a second after the fifth, and twice as long after each further one, up to a minute', () => {
    expect([5, 6, 7, 20].map((failures) => aBackoff(failures).backoff.remainingMs('desk'))).toEqual([
      1_000, 2_000, 4_000, 60_000,
    ])
  })

  it('looks again when the wait is over', () => {
    const { clock, backoff } = aBackoff(5)
    clock.advance(1_000)
    expect(backoff.remainingMs('desk')).toBe(0)
  })

  it('holds back nobody else', () => {
    expect(aBackoff(9).backoff.remainingMs('other')).toBe(0)
  })

  it('begins anew after a success', () => {
    const { backoff } = aBackoff(5)
    backoff.succeeded('desk')
    backoff.failed('desk')
    expect(backoff.remainingMs('desk')).toBe(0)
  })

  it('begins anew after a quiet minute', () => {
    const { clock, backoff } = aBackoff(4)
    clock.advance(60_001)
    backoff.failed('desk')
    expect(backoff.remainingMs('desk')).toBe(0)
  })

  it('forgets the oldest of more than ten thousand names', () => {
    const { backoff } = aBackoff(5)
    for (let number = 0; number < 10_000; number++) backoff.failed(`name-${number}`)
    expect(backoff.remainingMs('desk')).toBe(0)
  })
})
