/** A payment as it is first written: its obligation, its first attempt with INIT prepared byte for byte, its first event. */
import type { Ids } from '#domain/clock.ts'
import { money, sumOf } from '#domain/money.ts'
import type { Attempt, Payment, PaymentEvent, PaymentLine } from '#domain/payment.ts'
import type { CollectingUnit } from '#domain/portal.ts'
import type { PortalCodec } from '#domain/ports/payment-portal.ts'
import type { Principal } from '#domain/principal.ts'
import { defaultValidityMs, type CreatePaymentInput } from './check-order.ts'

/** When the sweeper takes over from a process that never came back with INIT's outcome: after its 8 s, with room to spare. */
export const takeOverMs = 15_000

export interface NewPayment {
  readonly payment: Payment
  readonly event: PaymentEvent
}

export interface Terms {
  readonly input: CreatePaymentInput
  readonly unit: CollectingUnit
  readonly codec: PortalCodec
  readonly principal: Principal
  readonly ids: Ids
  readonly nowMs: number
}

export function newPayment({ input, unit, codec, principal, ids, nowMs }: Terms): NewPayment {
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
  const portalReference = ids.portalReference() as Attempt['portalReference']
  const prepared = codec.prepareTransaction({ ...order, reference: portalReference, issuedAtMs: nowMs, unit })
  const attempt: Attempt = {
    id: ids.next('att'),
    number: 1,
    state: 'submitting',
    version: 1,
    connection: unit.portal,
    portalReference,
    issuedAtMs: nowMs,
    initBody: prepared.body,
    expiresAtMs: input.expiresAt === undefined ? nowMs + defaultValidityMs : Date.parse(input.expiresAt),
    dueAtMs: nowMs + takeOverMs,
    checks: 0,
  }
  const payment: Payment = {
    ...order,
    id: ids.next('pay'),
    tenant: principal.tenant,
    clientId: principal.clientId,
    reference: input.reference,
    collectingUnit: unit.code,
    refunded: money(0n),
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
