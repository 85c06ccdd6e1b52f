/** What happens to a payment after it was opened: given up, out of time, opened anew, given back. Through the whole house. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RefundView } from '#payments/present-refund.ts'
import { eventually } from '../support/eventually.ts'
import { created, payer, reaches, read, storyOf, type Payment } from '../support/payment-journey.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

type Refund = RefundView & { readonly evidence?: string }
interface Problem {
  readonly code: string
  readonly refundable?: number
}

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse()
})
afterAll(async () => {
  const violations = await house.control.violations()
  await house.close()
  expect(violations).toEqual([])
})
vi.setConfig({ testTimeout: 40_000 })

const step = <Body>(path: string, body: object = {}, key: string = randomUUID()) =>
  house.client.post<Body>(path, body, { 'idempotency-key': key })
const paid = async (amount = 50_000): Promise<Payment> => {
  const line = { code: 'P01', name: 'Phí', kind: 'phi', amount, instalment: 1 } as const
  const payment = await created(house, { lines: [line] })
  await payer(house, payment, 'paid')
  return reaches(house, payment.id, 'paid')
}
const refund = (payment: Payment, differing: object = {}, key?: string) =>
  step<Refund & Problem>(
    `/v1/payments/${payment.id}/refunds`,
    { amount: 20_000, reason: 'Nộp thừa', expectedRefundable: payment.refundable, ...differing },
    key,
  )

describe('a payment that is given up', () => {
  it('is cancelled when the portal says that it is dead, and can be opened anew', async () => {
    const payment = await created(house)
    const cancelled = await step<Payment>(`/v1/payments/${payment.id}/cancellation`)
    expect([cancelled.status, cancelled.body.state, cancelled.body.attempt.state]).toEqual([
      200,
      'in_doubt',
      'cancelling',
    ])
    expect(cancelled.body.evidence).toBeDefined()
    const tooEarly = await step<Problem>(`/v1/payments/${payment.id}/attempts`)
    expect([tooEarly.status, tooEarly.body.code]).toEqual([409, 'outcome_unknown'])
    await payer(house, payment, 'failed')
    await reaches(house, payment.id, 'cancelled')
    const again = await step<Payment>(`/v1/payments/${payment.id}/attempts`)
    expect([again.status, again.body.state]).toEqual([201, 'awaiting_payer'])
    expect(again.body.attempt.portalReference).not.toBe(payment.attempt.portalReference)
    await payer(house, again.body, 'paid')
    await reaches(house, payment.id, 'paid')
    const tooLate = await step<Problem>(`/v1/payments/${payment.id}/attempts`)
    expect([tooLate.status, tooLate.body.code]).toEqual([409, 'already_paid'])
  })

  it('takes the request without a body as well, and wants a key', async () => {
    const payment = await created(house)
    const path = `/v1/payments/${payment.id}/cancellation`
    const token = { authorization: `Bearer ${house.client.token}` }
    const keyless = await fetch(house.url + path, { method: 'POST', headers: token })
    expect(keyless.status).toBe(400)
    const answer = await fetch(house.url + path, { method: 'POST', headers: { ...token, 'idempotency-key': 'k' } })
    expect(answer.status).toBe(200)
  })
})

describe('a refund', () => {
  it('of a part and then of the rest leaves the payment refunded, each with its story', async () => {
    const payment = await paid()
    const key = randomUUID()
    const first = await refund(payment, {}, key)
    expect([first.status, first.body.state, first.body.amount]).toEqual([201, 'completed', 20_000])
    expect((await refund(payment, {}, key)).text).toBe(first.text)
    expect(await read(house, payment.id)).toMatchObject({ state: 'partially_refunded', refundable: 30_000 })
    const stale = await refund(payment)
    expect([stale.status, stale.body.code, stale.body.refundable]).toEqual([409, 'refundable_changed', 30_000])
    const second = await refund(payment, { amount: 30_000, expectedRefundable: 30_000 })
    expect(second.body.state).toBe('completed')
    expect(await read(house, payment.id)).toMatchObject({ state: 'refunded', refundable: 0, finished: true })
    expect((await storyOf(house, payment.id)).slice(-4)).toEqual([
      'approved: within_limit',
      'submitting: taken_up',
      'accepted: portal_accepted',
      'completed: portal_completed',
    ])
    const list = await house.client.get<{ data: Refund[] }>(`/v1/payments/${payment.id}/refunds`)
    expect(list.body.data.map(({ amount }) => amount)).toEqual([30_000, 20_000])
  })

  it('above the limit waits for a second person', async () => {
    const payment = await paid(6_000_000)
    const asked = await refund(payment, { amount: 6_000_000, officerId: 'officer-1' })
    expect(asked.body).toMatchObject({ state: 'requested', approvalRequired: true })
    const path = `/v1/payments/${payment.id}/refunds/${asked.body.id}`
    const alone = await step<Problem>(`${path}/approval`, { officerId: 'officer-1' })
    expect([alone.status, alone.body.code]).toEqual([403, 'second_person_required'])
    const approved = await step<Refund>(`${path}/approval`, { officerId: 'officer-2' })
    expect([approved.status, approved.body.state]).toEqual([200, 'completed'])
    expect((await house.client.get<Refund>(path)).body).toMatchObject({ id: asked.body.id, state: 'completed' })
    expect(await read(house, payment.id)).toMatchObject({ state: 'refunded' })
  })

  it('whose answer is lost is in doubt, is asked about, and is one refund', async () => {
    const payment = await paid()
    await house.control.fault({
      system: 'payment_portal',
      operation: 'REFUND',
      fault: 'swallow-after-effect',
      times: 1,
    })
    const asked = await refund(payment)
    expect(asked.body).toMatchObject({ state: 'in_doubt', outcomeCertain: false })
    const path = `/v1/payments/${payment.id}/refunds/${asked.body.id}`
    const settled = await eventually(
      async () => (await house.client.get<Refund>(path)).body,
      ({ finished }) => finished,
    )
    expect(settled.state).toBe('completed')
    expect(await read(house, payment.id)).toMatchObject({ state: 'partially_refunded', refundable: 30_000 })
  })

  it('is refused by its scope, and is nowhere under another payment', async () => {
    const payment = await paid()
    const other = await paid()
    const { body } = await refund(payment)
    const elsewhere = await house.client.get<Problem>(`/v1/payments/${other.id}/refunds/${body.id}`)
    expect([elsewhere.status, elsewhere.body.code]).toEqual([404, 'refund_not_found'])
  })
})

describe('a fine', () => {
  it('reaches the portal with its decision whole, and is paid like a fee', async () => {
    const payment = await created(house, {
      lines: [{ code: 'F01', name: 'Nộp phạt vi phạm hành chính', kind: 'fine', amount: 750_000, instalment: 1 }],
      fine: {
        penaltyTypeCode: 'GT',
        penaltyTypeName: 'Giao thông đường bộ',
        decidingAgencyCode: '000.00.17.H38',
        decidingAgencyName: 'Công an xã Phong Dụ Thượng',
        treasury: '9900',
        decisionDate: '2026-11-20',
        decisionNumber: '99/QĐ-XPHC',
        violationTime: '18/11/2026 09:15',
        violationPlace: 'Km 12, quốc lộ 37',
        violatorName: 'Nguyễn Thị Hoà',
        budgetAccount: '3511',
      },
    })
    expect(payment.state).toBe('awaiting_payer')
    const [sent] = await house.rows<{ init_body: string }>(
      'select init_body from gateway.payment_attempts where payment_id = $1',
      [payment.id],
    )
    const init = JSON.parse(sent?.init_body ?? '{}') as { readonly ThongTinBienLai: object }
    expect(init.ThongTinBienLai).toMatchObject({
      MaDichVu: '1',
      PhiLePhi: [],
      DSKhoanNop: [{ NoiDung: 'Nộp phạt vi phạm hành chính', SoTien: '750000' }],
      MaLoaiHinhThuPhat: 'GT',
      TenLoaiHinhThuPhat: 'Giao thông đường bộ',
      MaCoQuanQD: '000.00.17.H38',
      TenCoQuanQD: 'Công an xã Phong Dụ Thượng',
      KhoBac: '9900',
      SoQD: '99/QĐ-XPHC',
      ThoiGianViPham: '18/11/2026 09:15',
      DiaDiemViPham: 'Km 12, quốc lộ 37',
      TenNguoiViPham: 'Nguyễn Thị Hoà',
      TaiKhoanThuNSNN: '3511',
    })
    await payer(house, payment, 'paid')
    await reaches(house, payment.id, 'paid')
  })
})

describe('a fine with every text as long as the API takes it', () => {
  it('breaks nothing of the portal’s contract', async () => {
    const text = (length: number) => 'Đ'.repeat(length)
    const payment = await created(house, {
      procedureName: text(500),
      lines: [{ code: 'F'.repeat(50), name: text(250), kind: 'fine', amount: 1, instalment: 1 }],
      payer: { fullName: text(200), address: text(500) },
      fine: {
        penaltyTypeCode: text(50),
        penaltyTypeName: text(250),
        decidingAgencyCode: text(50),
        decidingAgencyName: text(250),
        treasury: text(100),
        decisionDate: '2026-11-20',
        decisionNumber: text(100),
        violationTime: text(50),
        violationPlace: text(250),
        violatorName: text(200),
        budgetAccount: text(50),
      },
    })
    expect(payment.state).toBe('awaiting_payer')
    expect(await house.control.violations()).toEqual([])
  })
})

// Last: it moves the portal's clock, and every other transaction's time with it.
describe('a payment nobody pays in time', () => {
  it('is expired when the portal says that its transaction is over, not before', async () => {
    const payment = await created(house, { expiresAt: new Date(Date.now() + 1_500).toISOString() })
    await eventually(
      () => read(house, payment.id),
      ({ state }) => state === 'in_doubt',
      { withinMs: 15_000 },
    )
    const other = await created(house, { expiresAt: new Date(Date.now() + 4_000).toISOString() })
    await house.control.post('/clock', { advanceMs: 25 * 3_600_000 })
    const expired = await reaches(house, other.id, 'expired', { withinMs: 20_000, everyMs: 250 })
    expect(expired).toMatchObject({ finished: true, outcomeCertain: true, refundable: 0 })
    expect((await storyOf(house, other.id)).at(-1)).toBe('expired: validity_over')
    // The first one was in doubt when its time was over: nobody can say any more that it merely waited.
    await reaches(house, payment.id, 'failed')
  })
})
