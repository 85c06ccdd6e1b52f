import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exhaust } from './crash-points.ts'
import { flows } from './flows.ts'
import { describePoint, isNestedBriefly } from './rig.ts'
import { simulatedDatabase, type SimulatedDatabase } from './simulated-database.ts'

let database: SimulatedDatabase
let cases = 0

beforeAll(async () => {
  database = await simulatedDatabase()
})
afterAll(() => database.close())

describe('whatever goes wrong at whichever step', () => {
  it.each(flows)('of "$name", everything promised holds', { timeout: 240_000 }, async (flow) => {
    const exhausted = await exhaust(database, flow, isNestedBriefly(flow.name))
    cases += exhausted.cases
    expect(exhausted.failures.map(describePoint)).toEqual([])
    expect(exhausted.cases).toBeGreaterThan(4)
  })

  it('there are at least a thousand such cases', () => {
    expect(cases).toBeGreaterThanOrEqual(1_000)
  })
})
