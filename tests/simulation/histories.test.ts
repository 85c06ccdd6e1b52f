import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { play, playSeed } from './histories.ts'
import { describeHistory, keptHistories } from './rig.ts'
import { simulatedDatabase, type SimulatedDatabase } from './simulated-database.ts'

let database: SimulatedDatabase

beforeAll(async () => {
  database = await simulatedDatabase()
})
afterAll(() => database.close())

const fifties = [1, 51, 101, 151, 201, 251]

describe('random histories of clients, payers, a portal, a network and processes that die', () => {
  it.each(fifties)('keep every promise: fifty of them from seed %i', { timeout: 240_000 }, async (first) => {
    const failed: string[] = []
    for (let seed = first; seed < first + 50; seed += 1) {
      const report = await playSeed(database, seed)
      if (report.violations.length > 0) failed.push(describeHistory(report))
    }
    expect(failed).toEqual([])
  })

  it.each(keptHistories())('never fail again as seed $seed did: $why', async ({ moves }) => {
    expect((await play(database, moves)).violations).toEqual([])
  })

  it('are the same, step by step, for the same seed', async () => {
    const { trace } = await playSeed(database, 7)
    expect(trace.length).toBeGreaterThan(50)
    await playSeed(database, 8)
    expect((await playSeed(database, 7)).trace).toEqual(trace)
  })
})
