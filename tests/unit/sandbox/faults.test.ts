import { describe, expect, test } from 'vitest'
import { createFaults } from '#sandbox/kernel/faults.ts'

const population = 'population'

describe('the list of active faults', () => {
  test('gives nothing to another system, another operation or another person', () => {
    const faults = createFaults()
    faults.add({ system: population, operation: 'A', fault: 'hang', match: { personalId: '1' } })
    expect(faults.take('payment_portal', 'A', { personalId: '1' })).toBeUndefined()
    expect(faults.take(population, 'B', { personalId: '1' })).toBeUndefined()
    expect(faults.take(population, 'A', { personalId: '2' })).toBeUndefined()
    expect(faults.take(population, 'A', {})).toBeUndefined()
    expect(faults.take(population, 'A', { personalId: '1' })?.fault).toBe('hang')
  })

  test('needs every field of a match to fit', () => {
    const faults = createFaults()
    faults.add({ system: population, fault: 'hang', match: { personalId: '1', client: 'x' } })
    expect(faults.take(population, 'A', { personalId: '1', client: 'y' })).toBeUndefined()
    expect(faults.take(population, 'A', { personalId: '1', client: 'x' })).toBeDefined()
  })

  test('keeps a fault that the operation cannot commit for one that can', () => {
    const faults = createFaults((_system, _fault, operation) => operation === 'CONFIRM')
    faults.add({ system: 'payment_portal', fault: 'late-notification', times: 1 })
    expect(faults.take('payment_portal', 'QUERY', {})).toBeUndefined()
    expect(faults.take('payment_portal', 'CONFIRM', {})?.fault).toBe('late-notification')
  })

  test('is used up after so many times, and then the next one has its turn', () => {
    const faults = createFaults()
    faults.add({ system: population, fault: 'hang', times: 2 })
    faults.add({ system: population, fault: 'empty' })
    const names = [1, 2, 3, 4].map(() => faults.take(population, 'A', {})?.fault)
    expect(names).toEqual(['hang', 'hang', 'empty', 'empty'])
    expect(faults.list().map(({ fault }) => fault)).toEqual(['empty'])
  })

  test('shows how many are left of a counted one', () => {
    const faults = createFaults()
    faults.add({ system: population, fault: 'hang', times: 2 })
    faults.take(population, 'A', {})
    expect(faults.list()).toEqual([expect.objectContaining({ times: 2, remaining: 1 })])
  })

  test('settles only when every listener has followed', async () => {
    const faults = createFaults()
    let hasFollowed = false
    faults.onChange(async () => {
      await Promise.resolve()
      hasFollowed = true
    })
    faults.add({ system: population, fault: 'refuse' })
    await faults.settled()
    expect(hasFollowed).toBe(true)
  })
})
