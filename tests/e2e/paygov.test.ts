/** A fee through PayGov, which cannot be asked: told, doubted, settled by its file; beside the platform, which can. */
import { createHash, randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { anOrder, create, created, payer, reaches, read, storyOf, type Payment } from '../support/payment-journey.ts'
import { bring, casesOf, dayBefore, reconciled, rowsOf } from '../support/reconciling.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'
import { aRow, aSettlementFile, type WrittenRow } from '../support/settlement-text.ts'

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse()
})
afterEach(async () => {
  expect(await house.control.violations()).toEqual([])
  await house.control.remove('/faults')
})
afterAll(() => house.close())

const connection = 'paygov'
const collectingUnit = 'H38.29'

const atPayGov = () => created(house, { collectingUnit })

const mute = () => house.control.fault({ system: 'paygov', operation: 'IPN', fault: 'drop-notification' })
const compared = (date = dayBefore(0)) => reconciled(house, date, connection)

/** A clerk brings PayGov's file of an older day, with one row about the payment, and compares it. */
async function settledBy({ attempt }: Payment, differing: WrittenRow, daysBack: number) {
  const date = dayBefore(daysBack)
  const at = `${date.replaceAll('-', '')}120000`
  const row = aRow({ reference: attempt.portalReference, transactionId: `PG${daysBack}0`, at, ...differing })
  const text = aSettlementFile([row], { date, partner: house.sandbox.credentials.payGov.partnerCode })
  expect(await bring(house, date, text, connection)).toMatchObject({ status: 201 })
  await house.control.fault({ system: 'paygov', operation: 'RECON_FILE', fault: 'no-file', times: 1 })
  return compared(date)
}

const fieldsInOrder = [
  'amount',
  'orderId',
  'orderInfo',
  'requestCode',
  'transactionNo',
  'payDate',
  'paygate',
  'errorCode',
  'type',
  'transactionCode',
] as const

/** What PayGov would say of the payment, or somebody who guesses its secret. */
async function announce({ attempt }: Payment, differing: Record<string, string> = {}, secret?: string) {
  const { accessKey, secret: own } = house.sandbox.credentials.payGov
  const message: Record<string, string> = {
    amount: '50000',
    orderId: `H38.29-H38.29-261129-0001-${attempt.portalReference}`,
    orderInfo: 'THANH TOAN HO SO',
    requestCode: attempt.portalReference,
    transactionNo: 'SB0000001',
    payDate: '20261129150510',
    paygate: 'SAOBIEN',
    errorCode: '00',
    type: '1',
    transactionCode: 'PG7000001',
    ...differing,
  }
  const values = fieldsInOrder.map((name) => message[name]).join('')
  const checksum = createHash('sha256')
    .update(`${secret ?? own}${accessKey}${values}`)
    .digest('hex')
  const answer = await fetch(`${house.url}/notifications/${connection}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...message, checksum }),
  })
  return ((await answer.json()) as { error_code: string }).error_code
}

const keyed = () => ({ 'idempotency-key': randomUUID() })
const step = ({ id }: Payment, name: string, body: object = {}) =>
  house.client.post<{ code?: string; state?: string }>(`/v1/payments/${id}/${name}`, body, keyed())

describe('a fee through PayGov', () => {
  it('is in doubt when PayGov says paid, and paid when its settlement file does', async () => {
    const payment = await atPayGov()
    expect(payment).toMatchObject({ state: 'awaiting_payer', attempt: { payUrl: expect.stringMatching(/^http/) } })
    await payer(house, payment, 'paid')
    expect(await reaches(house, payment.id, 'in_doubt')).toMatchObject({ outcomeCertain: false, finished: false })
    expect((await step(payment, 'attempts')).body).toMatchObject({ code: 'outcome_unknown' })

    const file = await compared()
    expect(file).toMatchObject({ state: 'done', unasked: 0, cases: 0 })
    expect((await rowsOf(house, file)).find(({ paymentId }) => paymentId === payment.id)).toMatchObject({
      outcome: 'state_differs',
      stateHere: 'in_doubt',
      healed: true,
    })
    expect(await read(house, payment.id)).toMatchObject({ state: 'paid', outcomeCertain: true, refundable: 50_000 })
    expect(await storyOf(house, payment.id)).toEqual([
      'submitting: created',
      'awaiting_payer: portal_opened',
      'in_doubt: told_unconfirmed',
      'paid: settled_after_doubt',
    ])
    const { body } = await house.client.get<{ data: { data: object }[] }>(`/v1/payments/${payment.id}/events`)
    expect(body.data.at(-1)?.data).toMatchObject({ portalRecord: { file: expect.stringMatching(/^stf_/), line: 2 } })
    expect(await compared()).toMatchObject({ healed: 0, cases: 0 })
    const bill = await fetch(`${house.url}/v1/payments/${payment.id}/receipt/portal`, {
      headers: { authorization: `Bearer ${house.client.token}` },
    })
    expect([
      bill.status,
      Buffer.from(await bill.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ]).toEqual([200, '%PDF-'])
  })

  it('stands beside one through the platform, which is asked and answers', async () => {
    const [there, here] = [await atPayGov(), await created(house)]
    await payer(house, there, 'paid')
    await payer(house, here, 'paid')
    expect(await storyOf(house, (await reaches(house, here.id, 'paid')).id)).toContain('paid: portal_paid')
    expect(await reaches(house, there.id, 'in_doubt')).toMatchObject({ outcomeCertain: false })
  })

  it('is one obligation with one through the platform', async () => {
    const order = anOrder({ collectingUnit })
    expect((await create(house, order)).status).toBe(201)
    const again = await create(house, { ...order, collectingUnit: 'H38.17', reference: `${order.reference}-B` })
    expect([again.status, (again.body as unknown as { code: string }).code]).toEqual([409, 'obligation_exists'])
  })

  it('is paid by its file although PayGov never said a word', async () => {
    await mute()
    const payment = await atPayGov()
    await payer(house, payment, 'paid')
    await compared()
    expect(await storyOf(house, payment.id)).toEqual([
      'submitting: created',
      'awaiting_payer: portal_opened',
      'paid: portal_paid',
    ])
  })

  it('is not moved by what somebody else signed, nor by a failed try', async () => {
    const payment = await atPayGov()
    expect(await announce(payment, {}, 'guessed')).toBe('SIGNATURE_WRONG')
    expect(await announce(payment, { errorCode: '24' })).toBe('SUCCESSFUL')
    expect(await announce(payment, { errorCode: '24', transactionNo: 'SB0000002' })).toBe('SUCCESSFUL')
    expect(await storyOf(house, payment.id)).toHaveLength(2)
    expect(await announce(payment)).toBe('SUCCESSFUL')
    await reaches(house, payment.id, 'in_doubt')
  })

  it('is a mismatch and a case when its file says another amount', async () => {
    const payment = await atPayGov()
    expect(await announce(payment, { amount: '49000' })).toBe('SUCCESSFUL')
    await reaches(house, payment.id, 'in_doubt')
    await settledBy(payment, { amount: '49000' }, 3)
    expect((await read(house, payment.id)).state).toBe('mismatch')
    expect((await casesOf(house, '&kind=amount_differs')).map(({ paymentId }) => paymentId)).toEqual([payment.id])
  })

  it('that its file called failed is disputed by a late word, and no other attempt begins', async () => {
    const payment = await atPayGov()
    await settledBy(payment, { status: '4' }, 4)
    expect((await read(house, payment.id)).state).toBe('failed')
    expect(await announce(payment)).toBe('SUCCESSFUL')
    await expect
      .poll(async () => (await casesOf(house, '&kind=state_differs')).map(({ paymentId }) => paymentId), {
        timeout: 20_000,
      })
      .toEqual([payment.id])
    expect((await step(payment, 'attempts')).body).toMatchObject({ code: 'outcome_unknown' })
    await settledBy(payment, { transactionId: 'PG7000001' }, 5)
    expect(await storyOf(house, payment.id)).toContain('paid: paid_late')
  })

  it('that is cancelled is closed by its file', async () => {
    const payment = await atPayGov()
    expect((await step(payment, 'cancellation')).body).toMatchObject({ state: 'in_doubt' })
    await settledBy(payment, { status: '4' }, 6)
    expect(await storyOf(house, payment.id)).toContain('cancelled: portal_failed')
  })

  it('gives no money back through PayGov: a clerk does, and says under which number', async () => {
    const payment = await atPayGov()
    await payer(house, payment, 'paid')
    await reaches(house, payment.id, 'in_doubt')
    await compared()
    const refund = { amount: 50_000, reason: 'Nộp thừa', expectedRefundable: 50_000 }
    const { status, body } = await step(payment, 'refunds', refund)
    expect([status, body.code]).toEqual([409, 'refund_not_supported'])
    const due = await casesOf(house, '&kind=refund_by_hand')
    expect(due).toMatchObject([{ paymentId: payment.id, refundDue: true, details: { refundDong: 50_000 } }])
    const resolution = { resolution: 'refunded_manually', note: 'Chuyển khoản', reference: 'UNC-2026-0001' }
    const resolved = await house.client.post(`/v1/cases/${due[0]?.id}/resolution`, resolution)
    expect(resolved.body).toMatchObject({ refundDue: false, resolved: { reference: 'UNC-2026-0001' } })
  })
})
