/**
 * A lost answer, from the caller's first word of it to the end; every-fault.test.ts tries every way of losing it. The
 * stories run side by side, because most of their time is the gateway's own schedule of asking; only what works with a
 * fault switched on happens one after the other.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventually } from '../support/eventually.ts'
import {
  anOrder,
  create,
  created,
  payer,
  portalJournal,
  portalRecord,
  reaches,
  read,
  storyOf,
  type Payment,
} from '../support/payment-journey.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse({ deadlines: { initMs: 1_000, queryMs: 1_000 } })
})
afterAll(async () => {
  // Every transaction belongs to one payment and every payment has at most one: nothing was ever opened twice.
  const references = (await portalJournal(house)).map(({ reference }) => reference)
  const attempts = await house.rows<{ portal_reference: string }>(
    'select portal_reference from gateway.payment_attempts',
  )
  expect(references.toSorted()).toEqual(
    attempts
      .map((row) => row.portal_reference)
      .filter((reference) => references.includes(reference))
      .toSorted(),
  )
  const violations = await house.control.violations()
  await house.close()
  expect(violations).toEqual([])
})

let turn: Promise<unknown> = Promise.resolve()
/** Nobody else switches a fault on, or meets one, while `work` is at it. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work)
  turn = mine.catch(() => undefined)
  return mine
}

const patience = { withinMs: 40_000, everyMs: 250 }
vi.setConfig({ testTimeout: 50_000 })

/** What `work` gets from a portal whose INIT has this fault, once. */
const under = <T>(fault: string, work: () => Promise<T>): Promise<T> =>
  alone(async () => {
    await house.control.fault({ system: 'payment_portal', operation: 'INIT', fault, times: 1 })
    const result = await work()
    // As many good calls as bad ones: these stories are about the portal, not about the breaker in front of it.
    await Promise.all([created(house), created(house)])
    return result
  })

const createdUnder = (fault: string): Promise<Payment> => under(fault, () => created(house))

describe.concurrent('an INIT whose answer is lost', () => {
  it('after the portal did its work is in doubt, and heals to the very pay URL of the only transaction', async () => {
    const payment = await createdUnder('swallow-after-effect')
    expect(payment).toMatchObject({ state: 'in_doubt', finished: false, outcomeCertain: false })
    expect(payment.attempt.payUrl).toBeUndefined()
    const record = await portalRecord(house, payment)
    expect(record?.standing).toBe('open')
    const healed = await reaches(house, payment.id, 'awaiting_payer', patience)
    expect(healed.attempt).toMatchObject({
      payUrl: record?.payUrl,
      portalReference: payment.attempt.portalReference,
    })
    expect((await portalRecord(house, payment))?.transactionId).toBe(record?.transactionId)
    await payer(house, payment, 'paid')
    await reaches(house, payment.id, 'paid')
  })

  it('may be paid meanwhile, and is then paid, not charged again', async () => {
    const payment = await createdUnder('swallow-after-effect')
    await payer(house, payment, 'paid')
    await reaches(house, payment.id, 'paid', patience)
    expect((await storyOf(house, payment.id)).slice(1)).toEqual(['in_doubt: answer_lost', 'paid: settled_after_doubt'])
  })

  it('is answered in doubt again to the same key, whatever became of it, for those bytes were sent', async () => {
    const order = anOrder()
    const first = await under('truncated', () => create(house, order, 'lost-answer'))
    expect(first.body.state).toBe('in_doubt')
    await payer(house, first.body, 'paid')
    await reaches(house, first.body.id, 'paid', patience)
    expect((await create(house, order, 'lost-answer')).text).toBe(first.text)
  })

  it('stays in doubt while the portal cannot be asked either, for as long as that takes', async () => {
    const payment = await createdUnder('wrong-checksum')
    expect(payment.state).toBe('in_doubt')
    const match = { reference: payment.attempt.portalReference }
    await house.control.fault({ system: 'payment_portal', fault: 'http-500', match })
    const asked = async () =>
      ((await house.control.get('/exchanges')).body['data'] as { operation: string; fault?: string }[]).filter(
        ({ operation, fault }) => operation === 'QUERY' && fault === 'http-500',
      )
    await read(house, payment.id)
    await eventually(asked, (questions) => questions.length > 1, patience)
    expect(await read(house, payment.id)).toMatchObject({ state: 'in_doubt', finished: false })
  })
})

describe.concurrent('an INIT that the portal refuses before any work', () => {
  it.each(['bad-request', 'bad-checksum'])('has failed at once, for certain: %s', async (fault) => {
    const payment = await createdUnder(fault)
    expect(payment).toMatchObject({ state: 'failed', finished: true, outcomeCertain: true })
    expect(await portalRecord(house, payment)).toBeUndefined()
  })
})
