import { describe, expect, it } from 'vitest'
import type { Clock } from '#domain/clock.ts'
import { createIds } from '#main/ids.ts'

const clockAt = (nowMs: number): Clock => ({ nowMs: () => nowMs, monotonicMs: () => nowMs, schedule: () => () => {} })

describe('ids', () => {
  it('are never twice the same within one millisecond', () => {
    const ids = createIds(clockAt(1_795_000_000_000))
    expect(new Set(Array.from({ length: 20_000 }, () => ids.next('pay'))).size).toBe(20_000)
  })

  it('sort by creation', () => {
    const earlier = createIds(clockAt(1_795_000_000_000)).next('pay')
    const later = createIds(clockAt(1_795_000_000_001)).next('pay')
    expect(earlier < later).toBe(true)
    expect(earlier).toMatch(/^pay_[0-9A-HJKMNP-TV-Z]{26}$/)
  })
})

describe('portal references', () => {
  it('are 20 characters of [0-9A-Z]', () => {
    expect(createIds(clockAt(1_795_000_000_000)).portalReference()).toMatch(/^[0-9A-Z]{20}$/)
  })

  it('cannot come again after a restore from a backup, because the time stands in front', () => {
    const before = createIds(clockAt(1_795_000_000_000)).portalReference()
    const afterRestore = createIds(clockAt(1_795_000_060_000)).portalReference()
    expect(afterRestore.slice(0, 8) > before.slice(0, 8)).toBe(true)
  })

  it('use every character about equally', () => {
    const ids = createIds(clockAt(0))
    const counts = new Map<string, number>()
    for (let i = 0; i < 3_000; i += 1) {
      for (const character of ids.portalReference().slice(8)) counts.set(character, (counts.get(character) ?? 0) + 1)
    }
    expect(counts.size).toBe(36)
    for (const count of counts.values()) expect(count).toBeGreaterThan(700)
  })
})
