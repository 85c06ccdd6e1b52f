import { describe, expect, it } from 'vitest'
import { compactLocalTime, isRealLocalTime, readableLocalTime } from '#sandbox/paying/local-time.ts'

describe('time at the payment platform', () => {
  it('is Vietnamese time on a 24-hour clock, across midnight and new year', () => {
    const lastAfternoon = Date.UTC(2026, 11, 31, 17, 4, 5)
    expect(compactLocalTime(lastAfternoon)).toBe('20270101000405')
    expect(readableLocalTime(lastAfternoon)).toBe('00:04 ngày 01/01/2027')
    expect(compactLocalTime(Date.UTC(2026, 0, 2, 8, 4, 5))).toBe('20260102150405')
  })

  it.each(['20260231120000', '20250229120000', '20260431120000', '2026013112000', ''])(
    'knows that %s is no day',
    (text) => {
      expect(isRealLocalTime(text)).toBe(false)
    },
  )

  it('lets 29 February of a leap year be', () => {
    expect(isRealLocalTime('20280229235959')).toBe(true)
  })
})
