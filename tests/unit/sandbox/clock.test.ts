import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createClock } from '#sandbox/kernel/clock.ts'

const hour = 3_600_000

describe('the sandbox clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
  afterEach(() => void vi.useRealTimers())

  test('does not run a cancelled task, however far it is advanced', () => {
    const clock = createClock()
    const task = vi.fn<() => void>()
    clock.schedule(hour, task)()
    clock.advance(2 * hour)
    expect(task).not.toHaveBeenCalled()
  })

  test('runs nothing while it is frozen and real time goes by', () => {
    const clock = createClock()
    const task = vi.fn<() => void>()
    clock.schedule(hour, task)
    clock.freeze(true)
    vi.advanceTimersByTime(2 * hour)
    expect(task).not.toHaveBeenCalled()
    expect(clock.nowMs()).toBe(1_000_000)
  })

  test('goes on from where it stood once it is thawed', () => {
    const clock = createClock()
    clock.freeze(true)
    vi.advanceTimersByTime(hour)
    clock.freeze(false)
    vi.advanceTimersByTime(5)
    expect(clock.nowMs()).toBe(1_000_005)
  })

  test('runs what is due within one jump in order, also what such a task schedules itself', () => {
    const clock = createClock()
    const order: string[] = []
    clock.schedule(3 * hour, () => order.push('third'))
    clock.schedule(hour, () => {
      order.push('first')
      clock.schedule(0, () => order.push('second'))
    })
    clock.advance(4 * hour)
    expect(order).toEqual(['first', 'second', 'third'])
  })

  test('runs what is due at the same moment in the order it was scheduled', () => {
    const clock = createClock()
    const order: number[] = []
    const numbers = Array.from({ length: 100 }, (_, index) => index)
    for (const number of numbers) clock.schedule(hour, () => order.push(number))
    clock.advance(hour)
    expect(order).toEqual(numbers)
  })

  test('runs a task in time that is scheduled before one that waits already', () => {
    const clock = createClock()
    const order: string[] = []
    clock.schedule(2 * hour, () => order.push('later'))
    clock.schedule(hour, () => order.push('sooner'))
    vi.advanceTimersByTime(hour)
    expect(order).toEqual(['sooner'])
    vi.advanceTimersByTime(hour)
    expect(order).toEqual(['sooner', 'later'])
  })

  test('runs a task in real time when nobody touches it', () => {
    const clock = createClock()
    const task = vi.fn<() => void>()
    clock.schedule(hour, task)
    vi.advanceTimersByTime(hour)
    expect(task).toHaveBeenCalledOnce()
  })

  test('waits longer than one timer of Node can', () => {
    const clock = createClock()
    const task = vi.fn<() => void>()
    const days40 = 40 * 24 * hour
    clock.schedule(days40, task)
    vi.advanceTimersByTime(days40 - 1)
    expect(task).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(task).toHaveBeenCalledOnce()
  })

  test('forgets every task and keeps real time after a reset', () => {
    const clock = createClock()
    const task = vi.fn<() => void>()
    clock.schedule(hour, task)
    clock.set(0)
    clock.reset()
    clock.advance(2 * hour)
    expect(task).not.toHaveBeenCalled()
    expect(clock.nowMs()).toBe(1_000_000 + 2 * hour)
  })
})
