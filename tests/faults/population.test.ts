import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aCall } from '../support/a-call.ts'
import { queryForHoa } from '../support/person-queries.ts'
import { openThreeSystems, type ThreeSystems } from '../support/three-systems.ts'
import { failureOf } from '../support/upstream-failure.ts'
import { deadlineOf, faultRows, paramsOf, type FaultRow } from './fault-rows.ts'

let systems: ThreeSystems
beforeAll(async () => {
  systems = await openThreeSystems()
})
beforeEach(() => systems.control.post('/reset'))
afterAll(() => systems.close())

const rows = faultRows('population')

const ask = async (row: FaultRow): Promise<Readonly<Record<string, unknown>>> => {
  const call = aCall({ withinMs: deadlineOf(row) })
  return row.operation === 'TraCuuThongTinCongDan'
    ? { ...(await systems.population.findPerson(queryForHoa(), call)) }
    : systems.population.confirmPerson(queryForHoa(), call)
}

const order = (row: FaultRow) =>
  systems.control.fault({
    system: 'population',
    fault: row.name,
    // `refuse` closes the port, for every operation.
    ...(row.name !== 'refuse' && { operation: row.operation }),
    params: paramsOf(row),
  })

/** What the answer is where a row is no error. */
const answers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'PO-21': { kind: 'none' },
  'PO-22': { kind: 'none' },
  'PO-23': { exists: false },
  'PO-25': { kind: 'found', person: { personalId: '015185000011', fullName: expect.not.stringMatching(/HOÀ$/) } },
  'PO-31': { source: { dialect: 'dancu037' } },
  'PO-32': { kind: 'found', person: { fullName: 'NGUYỄN THỊ HOÀ' } },
}

describe('population faults', () => {
  it('knows the answer of every row that is no error', () => {
    const harmless = rows.filter(({ code }) => code === 'none').map(({ id }) => id)
    expect(new Set(harmless)).toEqual(new Set(Object.keys(answers)))
  })

  it.each(rows.filter(({ code }) => code !== 'none'))('$id $name at $operation is $code, $fate', async (row) => {
    await order(row)
    expect(await failureOf(ask(row))).toMatchObject({ code: row.code, fate: row.fate })
  })

  it.each(rows.filter(({ code }) => code === 'none'))('$id $name at $operation is an answer', async (row) => {
    await order(row)
    expect(await ask(row)).toMatchObject(answers[row.id] ?? {})
  })

  it('breaks nothing of the contract itself', async () => {
    await systems.population.findPerson(queryForHoa(), aCall())
    await systems.strictPopulation.confirmPerson(queryForHoa(), aCall())
    expect(await systems.control.violations()).toEqual([])
  })
})
