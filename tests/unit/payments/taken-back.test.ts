/** Success is sticky: it is taken back only where the settlement file and the portal's answer agree, and still agree later. */
import { beforeEach, describe, expect, it } from 'vitest'
import { money } from '#domain/money.ts'
import type { SettledTransaction } from '#domain/settlement.ts'
import { aRequest } from '../../support/a-request.ts'
import { paymentHouse, type PaymentHouse } from '../../support/payment-house.ts'

const minute = 60_000
const connection = 'payment-portal'

let house: PaymentHouse
let id: string
let reference: string
let transactionId: string

beforeEach(async () => {
  house = paymentHouse()
  const payment = await house.paid()
  id = payment.id
  reference = payment.attempt.portalReference
  transactionId = `T${reference}`
})

const reconcile = (takenBackSinceMs?: number, differing: Partial<SettledTransaction> = {}) =>
  house.payments.confirmSettlement({
    tenant: 'lao-cai',
    connection,
    reference,
    ...(takenBackSinceMs === undefined ? {} : { takenBackSinceMs }),
    row: {
      settled: {
        kind: 'payment',
        transactionId,
        reference,
        amount: money(50_000),
        standing: 'failed',
        settledAtMs: 0,
        ...differing,
      },
      line: 7,
      file: { id: 'stf_1', sha256: 'sha-of-file' },
    },
  })
const longAgo = () => house.clock.nowMs() - 30 * minute

describe('what the file and the portal both take back', () => {
  it('stays paid the first time, and half an hour is not over', async () => {
    house.portal.fail(reference)
    expect(await reconcile()).toBe('taken_back')
    expect(await reconcile(longAgo() + 1)).toBe('taken_back')
    expect(house.state()).toBe('paid')
  })

  it('is a mismatch after that, citing the answer and the line, and failed once the portal says so again', async () => {
    house.portal.fail(reference)
    expect(await reconcile(longAgo())).toBe('taken_back')
    expect(house.state()).toBe('mismatch')
    const [reversed] = (await house.payments.events(id, aRequest())).slice(-1)
    expect(reversed).toMatchObject({
      type: 'payment.corrected',
      data: { cause: 'reversed', portalRecord: { transactionId, file: 'stf_1', line: 7 } },
    })
    await house.pass(6_000)
    expect(house.state()).toBe('failed')
  })

  it('is for a person where money was given back already', async () => {
    await house.refund(id)
    house.portal.fail(reference)
    expect(await reconcile(longAgo())).toBe('taken_back')
    expect(house.state()).toBe('partially_refunded')
  })
})

describe('success is kept', () => {
  it('when only the file says otherwise', async () => {
    expect(await reconcile(longAgo())).toBe('asked')
    expect(house.state()).toBe('paid')
  })

  it('when only the portal says otherwise', async () => {
    house.portal.fail(reference)
    expect(await reconcile(longAgo(), { standing: 'paid' })).toBe('asked')
    expect(house.state()).toBe('paid')
  })

  it.each<[string, Partial<SettledTransaction>]>([
    ['another transaction', { transactionId: 'OTHER' }],
    ['another amount', { amount: money(1) }],
  ])('when the file speaks of %s', async (_, differing) => {
    house.portal.fail(reference)
    expect(await reconcile(longAgo(), differing)).toBe('asked')
    expect(house.state()).toBe('paid')
  })
})
