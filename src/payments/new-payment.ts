/** A payment as it is first written: its obligation, its first attempt, its first event. */
import { money, sumOf } from '#domain/money.ts'
import type { Payment, PaymentEvent, PaymentLine } from '#domain/payment.ts'
import type { Principal } from '#domain/principal.ts'
import type { CreatePaymentInput } from './check-order.ts'
import { newAttempt, type AttemptTerms } from './new-attempt.ts'

export interface NewPayment {
  readonly payment: Payment
  readonly event: PaymentEvent
}

export interface Terms extends Omit<AttemptTerms, 'number' | 'expiresAt'> {
  readonly input: CreatePaymentInput
  readonly principal: Principal
}

export function newPayment({ input, principal, ...terms }: Terms): NewPayment {
  const { unit, ids, nowMs } = terms
  const lines: PaymentLine[] = input.lines.map((line) => ({ ...line, amount: money(line.amount) }))
  const order = {
    dossierCode: input.dossierCode,
    procedureCode: input.procedureCode,
    procedureName: input.procedureName,
    payer: input.payer,
    lines,
    amount: sumOf(lines.map(({ amount }) => amount)),
    ...(input.fine === undefined ? {} : { fine: input.fine }),
  }
  const attempt = newAttempt(order, { ...terms, number: 1, expiresAt: input.expiresAt })
  const payment: Payment = {
    ...order,
    id: ids.next('pay'),
    tenant: principal.tenant,
    clientId: principal.clientId,
    reference: input.reference,
    collectingUnit: unit.code,
    refunded: money(0n),
    refundReserved: money(0n),
    state: 'submitting',
    ...(input.returnUrl === undefined ? {} : { returnUrl: input.returnUrl }),
    createdAtMs: nowMs,
    sequence: 1,
    attempt,
  }
  return { payment, event: firstEvent(payment, ids.next('evt')) }
}

const firstEvent = ({ attempt, clientId, createdAtMs }: Payment, id: string): PaymentEvent => ({
  id,
  sequence: 1,
  type: 'payment.submitting',
  attemptId: attempt.id,
  to: 'submitting',
  cause: 'created',
  actor: `client:${clientId}`,
  createdAtMs,
})
