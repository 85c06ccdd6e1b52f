/** The portal's own bill, and the catalogue that fees are checked against, through the whole house. */
import { createHash, randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { anOrder, create, created, payer, reaches, type Payment } from '../support/payment-journey.ts'
import { eventually } from '../support/eventually.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse({ isCheckingFees: true })
})
afterEach(() => house.control.post('/reset'))
afterAll(() => house?.close())
/** The sweep comes by every minute. */
const sweepWithinMs = 75_000
vi.setConfig({ testTimeout: sweepWithinMs + 25_000 })

const paid = async (): Promise<Payment> => {
  const payment = await created(house)
  await payer(house, payment, 'paid')
  return reaches(house, payment.id, 'paid')
}
const billOf = ({ id }: Payment): Promise<Response> =>
  fetch(`${house.url}/v1/payments/${id}/receipt/portal`, {
    headers: { Authorization: `Bearer ${house.client.token}` },
  })
const problemOf = async (answer: Response) => ({
  retryAfter: answer.headers.get('retry-after'),
  ...((await answer.json()) as object),
})
const rowOf = async ({ attempt }: Payment) => {
  const [row] = await house.rows<{ state: string; bytes: Buffer | null; last_answer: string | null }>(
    'select state, bytes, last_answer from gateway.portal_bills where attempt_id = $1',
    [attempt.id],
  )
  return row
}
/** What the clock would do, for the bill alone. */
const twoMinutesLater = ({ attempt }: Payment) =>
  house.rows(
    'update gateway.portal_bills set due_at_ms = due_at_ms - 120000, version = version + 1 where attempt_id = $1',
    [attempt.id],
  )
const notReady = () => house.control.fault({ system: 'payment_portal', operation: 'GET_BILL', fault: 'bill-not-ready' })

describe("the portal's bill", () => {
  it('is brought home by its job while nobody asks, and then given as it is kept', async () => {
    const payment = await paid()
    await twoMinutesLater(payment)
    const kept = await eventually(
      () => rowOf(payment),
      (row) => row?.state === 'kept',
      { withinMs: sweepWithinMs },
    )
    const answer = await billOf(payment)
    const pdf = Buffer.from(await answer.arrayBuffer())
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'application/pdf',
      'no-store',
    ])
    expect(pdf.equals(kept?.bytes ?? Buffer.alloc(0))).toBe(true)
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
    const digest = createHash('sha256').update(pdf).digest('base64')
    expect(answer.headers.get('content-digest')).toBe(`sha-256=:${digest}:`)
    expect(answer.headers.get('content-disposition')).toBe(`inline; filename="${payment.attempt.portalReference}.pdf"`)
    const entries = await house.rows<{ leaf: string }>(
      `select leaf from gateway.audit_entries where action in ('fetchBill', 'getPortalBill') order by at_ms`,
    )
    expect(entries.map(({ leaf }) => leaf).join()).toContain('bill_answered')
    expect(entries.map(({ leaf }) => leaf).join()).toContain('bill_kept')
  })

  it('that is not ready says when to ask again, and comes as soon as the portal has it', async () => {
    await notReady()
    const payment = await paid()
    expect(await problemOf(await billOf(payment))).toMatchObject({
      status: 409,
      code: 'portal_bill_not_ready',
      retry: 'after',
      lastAnswer: 'not_ready',
      retryAfter: expect.stringMatching(/^[1-9]\d*$/),
    })
    const { body } = await house.control.get('/faults')
    for (const { id } of (body['data'] ?? []) as readonly { id: string }[]) await house.control.remove(`/faults/${id}`)
    expect((await billOf(payment)).status).toBe(200)
    expect(await rowOf(payment)).toMatchObject({ state: 'kept' })
  })

  it('ends with a refund, also where it was kept', async () => {
    const payment = await paid()
    expect((await billOf(payment)).status).toBe(200)
    const refund = { amount: 20_000, reason: 'Nộp thừa', expectedRefundable: 50_000 }
    await house.client.post(`/v1/payments/${payment.id}/refunds`, refund, { 'idempotency-key': randomUUID() })
    expect(await problemOf(await billOf(payment))).toMatchObject({ status: 409, code: 'portal_bill_ended' })
  })

  it('is refused for what is not paid, and not there for another tenant', async () => {
    const payment = await created(house)
    expect(await problemOf(await billOf(payment))).toMatchObject({
      status: 409,
      code: 'payment_not_paid',
      state: 'awaiting_payer',
    })
    const stranger = await house.newClient(`stranger-${randomUUID().slice(0, 8)}`, 'ha-giang')
    const { status, body } = await stranger.get(`/v1/payments/${payment.id}/receipt/portal`)
    expect([status, body['code']]).toEqual([404, 'payment_not_found'])
  })
})

describe('a fee that is not in the catalogue', () => {
  it('is refused before anything begins, each line with what the catalogue says instead', async () => {
    const [line] = anOrder().lines
    if (line === undefined) throw new Error('an order has a line')
    const lines = [
      { ...line, amount: 40_000 },
      { ...line, code: 'P99' },
      { ...line, code: 'LP02', kind: 'le_phi' as const, amount: 100_000 },
    ]
    const { status, body } = await create(house, anOrder({ lines }))
    expect({ status, ...body }).toMatchObject({
      status: 422,
      code: 'fee_not_in_catalogue',
      errors: [
        { pointer: '/lines/0/amount', code: 'other_amount', message: 'Theo danh mục, mức thu là 50000 đồng.' },
        { pointer: '/lines/1/code', code: 'unknown_fee' },
        { pointer: '/lines/2/code', code: 'other_collecting_unit' },
      ],
    })
  })
})
