/** Payments for tests about decisions: only what the test is about is stated. */
import { money } from '#domain/money.ts'
import type { Attempt, Payment } from '#domain/payment.ts'
import type { TransactionStanding } from '#domain/portal.ts'
import { paymentStateOf } from '#payments/payment-state.ts'

export const noon = Date.parse('2026-11-23T05:00:00.000Z')

export function aPayment(attempt: Partial<Attempt> = {}, differing: Partial<Payment> = {}): Payment {
  const amount = money(50_000)
  const refunded = money(0)
  const whole: Attempt = {
    id: 'att_1',
    number: 1,
    state: 'submitting',
    version: 1,
    connection: 'payment-portal',
    portalReference: '00000000000000000001' as Attempt['portalReference'],
    issuedAtMs: noon,
    initBody: '{"amount":"50000"}',
    expiresAtMs: noon + 86_400_000,
    checks: 0,
    ...attempt,
  }
  return {
    id: 'pay_1',
    tenant: 'lao-cai',
    clientId: 'demo-one-stop',
    reference: 'H38.17-261123-0007:P01',
    dossierCode: 'H38.17-261123-0007',
    procedureCode: '2.000635',
    procedureName: 'Cấp bản sao trích lục hộ tịch',
    payer: { fullName: 'Nguyễn Thị Hoà' },
    lines: [{ code: 'P01', name: 'Phí', kind: 'phi', amount, instalment: 1 }],
    collectingUnit: 'H38.17',
    amount,
    refunded,
    refundReserved: money(0),
    state: paymentStateOf({ attempt: whole.state, amount, refunded }),
    createdAtMs: noon,
    sequence: 1,
    attempt: whole,
    ...differing,
  }
}

/** What QUERY says of our 50,000 đồng, unless the test says otherwise. */
export const standing = (
  of: 'paid' | 'pending' | 'failed',
  differing: { readonly dong?: bigint; readonly currency?: string } = {},
): TransactionStanding => ({
  kind: 'known',
  standing: of,
  amount: money(differing.dong ?? 50_000n),
  currency: differing.currency ?? 'VND',
  portalTransactionId: 'GD1',
  answerSha256: `sha-of-${of}`,
})

export const notFound: TransactionStanding = { kind: 'not_found', answerSha256: 'sha-of-not-found' }
