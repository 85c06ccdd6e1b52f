import { describe, expect, it } from 'vitest'
import type { GatewayError } from '#domain/errors.ts'
import type { Fee, FeeCatalogue } from '#domain/fee.ts'
import { money } from '#domain/money.ts'
import { checkFees } from '#payments/check-fees.ts'
import { aRequest } from '../../support/a-request.ts'
import { aClient, anOrder, keyed, paymentHouse } from '../../support/payment-house.ts'

const fee = (differing: Partial<Fee> = {}): Fee => ({
  code: 'P01',
  name: 'Phí cấp bản sao trích lục hộ tịch',
  kind: 'phi',
  amount: money(50_000),
  validFrom: '2024-01-01',
  collectingUnit: 'H38.17',
  ...differing,
})
const catalogueOf = (...fees: Fee[]): FeeCatalogue => Map.groupBy(fees, ({ code }) => code)
const line = { code: 'P01', name: 'x', kind: 'phi', amount: 50_000, instalment: 1 } as const

function errorsOf(order: Parameters<typeof checkFees>[0], fees: FeeCatalogue, today = '2026-11-23') {
  try {
    checkFees(order, fees, today)
    return []
  } catch (error) {
    return ((error as GatewayError).errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`)
  }
}

describe('a line of an order', () => {
  it.each([
    ['agrees', {}, fee(), []],
    ['has a code nobody knows', { code: 'P99' }, fee(), ['/lines/0/code unknown_fee']],
    ['is of another kind', { kind: 'le_phi' }, fee(), ['/lines/0/kind other_kind']],
    ['costs something else', { amount: 49_999 }, fee(), ['/lines/0/amount other_amount']],
    ['is another unit’s', {}, fee({ collectingUnit: 'H38.29' }), ['/lines/0/code other_collecting_unit']],
    ['is not valid yet', {}, fee({ validFrom: '2026-11-24' }), ['/lines/0/code fee_not_valid_today']],
    ['is not valid any more', {}, fee({ validUntil: '2026-11-22' }), ['/lines/0/code fee_not_valid_today']],
    ['is valid for the last day', {}, fee({ validUntil: '2026-11-23' }), []],
    ['is valid for the first day', {}, fee({ validFrom: '2026-11-23' }), []],
  ] as const)('that %s is told so', (_, differing, listed, expected) => {
    const lines = [{ ...line, ...differing }]
    expect(errorsOf({ lines, collectingUnit: 'H38.17' }, catalogueOf(listed))).toEqual(expected)
  })

  it('is held against the entry of today, of the unit that collects it', () => {
    const fees = catalogueOf(
      fee({ amount: money(40_000), validUntil: '2025-12-31' }),
      fee({ validFrom: '2026-01-01' }),
      fee({ amount: money(1), collectingUnit: 'H38.29' }),
    )
    const order = { lines: [line], collectingUnit: 'H38.17' }
    expect(errorsOf(order, fees)).toEqual([])
    expect(errorsOf(order, fees, '2025-12-31')).toEqual(['/lines/0/amount other_amount'])
  })

  it('is named with all the others that do not agree, in both languages, with what would', () => {
    const lines = [line, { ...line, code: 'P99' }, { ...line, kind: 'fine', amount: 7, instalment: 2 }] as const
    let error: GatewayError | undefined
    try {
      checkFees({ lines, collectingUnit: 'H38.17' }, catalogueOf(fee()), '2026-11-23')
    } catch (thrown) {
      error = thrown as GatewayError
    }
    expect(error?.code).toBe('fee_not_in_catalogue')
    expect(error?.errors?.map(({ pointer }) => pointer)).toEqual(['/lines/1/code', '/lines/2/kind', '/lines/2/amount'])
    expect(error?.errors?.[2]?.message).toEqual({
      vi: 'Theo danh mục, mức thu là 50000 đồng.',
      en: 'In the catalogue it is 50000 đồng.',
    })
  })
})

describe('an order that its catalogue refuses', () => {
  const order = anOrder()
  const payments = (house: ReturnType<typeof paymentHouse>, ...fees: Fee[]) =>
    house.restart((deps) => ({ ...deps, feeCatalogue: () => catalogueOf(...fees) }))

  it('begins nothing', async () => {
    const house = paymentHouse()
    const created = payments(house, fee({ amount: money(1) })).create(order, aClient, keyed(order), aRequest())
    await expect(created).rejects.toMatchObject({ code: 'fee_not_in_catalogue' })
    expect(house.store.units).toEqual([])
    expect(house.portal.calls.openTransaction).toBe(0)
  })

  it('counts the days as Vietnam does', async () => {
    const house = paymentHouse()
    house.clock.advance(Date.parse('2026-11-30T17:00:00Z') - house.clock.nowMs())
    const december = payments(house, fee({ validFrom: '2026-12-01' }))
    expect((await december.create(order, aClient, keyed(order), aRequest())).answer.status).toBe(201)
  })

  it('is answered from its key all the same when it was good once', async () => {
    const house = paymentHouse()
    const first = await payments(house, fee()).create(order, aClient, keyed(order), aRequest())
    const later = payments(house, fee({ amount: money(1) }))
    expect(await later.create(order, aClient, keyed(order), aRequest())).toEqual({
      kind: 'replayed',
      answer: first.answer,
    })
  })
})
