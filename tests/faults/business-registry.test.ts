import type { BusinessCode } from '#domain/business.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aCall } from '../support/a-call.ts'
import { openThreeSystems, type ThreeSystems } from '../support/three-systems.ts'
import { failureOf } from '../support/upstream-failure.ts'
import { deadlineOf, faultRows, paramsOf, type FaultRow } from './fault-rows.ts'

let systems: ThreeSystems
beforeAll(async () => {
  systems = await openThreeSystems()
})
beforeEach(() => systems.control.post('/reset'))
afterAll(() => systems.close())

const rows = faultRows('business-registry')
const saoMai = '9900123459' as BusinessCode

/** A look-up that needs a new token, so that the token endpoint can fail it too. */
const ask = (row: FaultRow) => systems.freshRegistry().findBusiness(saoMai, aCall({ withinMs: deadlineOf(row) }))

const order = (row: FaultRow) =>
  systems.control.fault({
    system: 'business_registry',
    fault: row.name,
    // `refuse` closes the port, for every operation.
    ...(row.name !== 'refuse' && { operation: row.operation }),
    params: paramsOf(row),
  })

/** What the answer is where a row is no error. */
const answers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'BR-20': { kind: 'none' },
  'BR-27': { kind: 'found', business: { status: 'unknown', statusText: expect.any(String) } },
}

describe('business registry faults', () => {
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

  it('gets over a token that was revoked, once', async () => {
    await systems.registry.findBusiness(saoMai, aCall())
    await systems.control.fault({
      system: 'business_registry',
      operation: 'chiTietDoanhNghiep',
      fault: 'token-expired',
      times: 1,
    })
    expect(await systems.registry.findBusiness(saoMai, aCall())).toMatchObject({ kind: 'found' })
  })

  it('breaks nothing of the contract itself', async () => {
    await systems.freshRegistry().findBusiness(saoMai, aCall())
    expect(await systems.control.violations()).toEqual([])
  })
})
