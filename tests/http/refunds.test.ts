import { afterEach, describe, expect, it } from 'vitest'
import type { AppDeps } from '#http/deps.ts'
import { jsonPost, startGatewayApp, type GatewayApp } from '../support/gateway-app.ts'

let app: GatewayApp
afterEach(() => app.close())

const payment = 'pay_01JD8Q3V5N7R9T2W4Y6A8C0E1G'
const refund = 'ref_01JD8Q3V5N7R9T2W4Y6A8C0E1K'
const aRefund = { amount: 20_000, reason: 'Nộp thừa', expectedRefundable: 50_000 }
const answer = { status: 201, contentType: 'application/json', body: '{"id":"x"}' }
const keyed = { 'Idempotency-Key': 'k-1' }

/** An app whose money steps remember what they were asked. */
async function openApp(): Promise<unknown[]> {
  const asked: unknown[] = []
  const remember = async (...args: readonly unknown[]) => {
    asked.push(args.slice(0, 2))
    return { kind: 'created' as const, answer }
  }
  const payments = {
    createAttempt: remember,
    cancel: remember,
    requestRefund: remember,
    approveRefund: remember,
  } as unknown as AppDeps['payments']
  app = await startGatewayApp({ payments })
  return asked
}

describe('steps on a payment', () => {
  it.each([
    [`/v1/payments/${payment}/attempts`, [payment, {}]],
    [`/v1/payments/${payment}/cancellation`, [payment, {}]],
    [
      `/v1/payments/${payment}/refunds/${refund}/approval`,
      [{ paymentId: payment, refundId: refund }, { decision: 'approve' }],
    ],
  ])('%s may come without a body', async (path, expected) => {
    const asked = await openApp()
    const headers = { ...keyed, authorization: 'Bearer all' }
    expect((await app.fetch(path, { method: 'POST', headers })).status).toBe(201)
    expect(asked).toEqual([expected])
  })

  it('want a key where they move money', async () => {
    const asked = await openApp()
    for (const path of ['attempts', 'cancellation', 'refunds', `refunds/${refund}/approval`]) {
      const refused = await app.fetch(`/v1/payments/${payment}/${path}`, jsonPost(path === 'refunds' ? aRefund : {}))
      expect(await refused.json()).toMatchObject({ code: 'idempotency_key_required' })
    }
    expect(asked).toEqual([])
  })

  it.each([
    ['attempts', 'payment:create'],
    ['cancellation', 'payment:create'],
    ['refunds', 'payment:refund'],
    [`refunds/${refund}/approval`, 'refund:approve'],
  ])('%s want the scope %s', async (path, scope) => {
    await openApp()
    const headers = { ...keyed, authorization: 'Bearer payment:read' }
    const refused = await app.fetch(`/v1/payments/${payment}/${path}`, jsonPost({}, headers))
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'insufficient_scope', scope }])
  })

  it.each([
    [{ ...aRefund, amount: 0 }, '/amount'],
    [{ ...aRefund, amount: 1.5 }, '/amount'],
    [{ ...aRefund, amount: '20000' }, '/amount'],
    [{ ...aRefund, amount: 1_000_000_000_000 }, '/amount'],
    [{ ...aRefund, expectedRefundable: -1 }, '/expectedRefundable'],
    [{ amount: 1, reason: 'x' }, '/expectedRefundable'],
    [{ ...aRefund, reason: ' ' }, '/reason'],
    [{ ...aRefund, approved: true }, '/approved'],
  ])('refuse the refund %o at %s', async (body, pointer) => {
    const asked = await openApp()
    const refused = await app.fetch(`/v1/payments/${payment}/refunds`, jsonPost(body, keyed))
    expect(refused.status).toBe(400)
    expect(((await refused.json()) as { errors: { pointer: string }[] }).errors[0]?.pointer).toBe(pointer)
    expect(asked).toEqual([])
  })

  it.each([
    ['POST', '/v1/payments/x/attempts', 'payment_not_found'],
    ['POST', '/v1/payments/x/cancellation', 'payment_not_found'],
    ['POST', `/v1/payments/${payment}/refunds/x/approval`, 'refund_not_found'],
    ['GET', `/v1/payments/${payment}/refunds/x`, 'refund_not_found'],
    ['GET', '/v1/payments/x/refunds', 'payment_not_found'],
  ])('%s %s is a 404 that asks nobody', async (method, path, code) => {
    const asked = await openApp()
    const headers = { ...keyed, authorization: 'Bearer all' }
    const refused = await app.fetch(path, { method, headers })
    expect([refused.status, await refused.json()]).toMatchObject([404, { code }])
    expect(asked).toEqual([])
  })
})
