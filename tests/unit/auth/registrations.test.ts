import { describe, expect, it } from 'vitest'
import { createRegistrations } from '#auth/registrations.ts'
import { aClient } from '../../support/a-client.ts'
import { manualClock } from '../../support/manual-clock.ts'

function aRegister() {
  const clock = manualClock()
  const asked: string[] = []
  let disabledAt: string | undefined
  let isDown = false
  const registrations = createRegistrations({
    clock,
    clients: {
      find: async (id) => {
        asked.push(id)
        if (isDown) throw new Error('database gone')
        return id === 'one-stop-lc' ? aClient(disabledAt === undefined ? {} : { disabledAt }) : undefined
      },
    },
  })
  return {
    clock,
    asked,
    find: registrations.find,
    findNow: registrations.findNow,
    disable: () => (disabledAt = '2026-11-23T00:00:00Z'),
    breakDown: (down: boolean) => (isDown = down),
  }
}

describe('registrations', () => {
  it('are read once for a burst of requests', async () => {
    const { find, asked } = aRegister()
    await Promise.all([find('one-stop-lc'), find('one-stop-lc'), find('one-stop-lc')])
    expect(asked).toEqual(['one-stop-lc'])
  })

  it('forget a disabled client within five seconds', async () => {
    const { find, disable, clock } = aRegister()
    expect(await find('one-stop-lc')).toBeDefined()
    disable()
    clock.advance(5_000)
    expect(await find('one-stop-lc')).toBeUndefined()
  })

  it('are read anew where a token is issued', async () => {
    const { find, findNow, disable } = aRegister()
    expect(await find('one-stop-lc')).toBeDefined()
    disable()
    expect(await findNow('one-stop-lc')).toBeUndefined()
    expect(await find('one-stop-lc')).toBeUndefined()
  })

  it('ask again after a read that failed', async () => {
    const { find, breakDown } = aRegister()
    breakDown(true)
    await expect(find('one-stop-lc')).rejects.toThrow('database gone')
    breakDown(false)
    expect(await find('one-stop-lc')).toBeDefined()
  })

  it('remember a bounded number of invented names', async () => {
    const { find, asked } = aRegister()
    for (let number = 0; number <= 1_000; number++) await find(`invented-${number}`)
    await find('invented-1000')
    await find('invented-0')
    expect(asked).toHaveLength(1_002)
  })
})
