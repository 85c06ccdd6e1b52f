/**
 * The portal's own bill of a paid payment, byte for byte as it was kept. One that is not here yet is asked for on the way, for at
 * most two seconds. A refund ends it, as it does at the portal, also where it was kept before.
 */
import type { KeptBill, OwedBill } from '#domain/bill.ts'
import { GatewayError } from '#domain/errors.ts'
import type { AttemptState, Payment } from '#domain/payment.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { billAnswerStep } from './audited-steps.ts'
import { askForBill } from './bill-call.ts'
import type { PaymentsDeps } from './deps.ts'
import { recordBill } from './fetch-bill.ts'
import { lookBudgetMs } from './get-payment.ts'

export interface PortalBill extends KeptBill {
  readonly portalReference: string
}

export type GetPortalBill = (paymentId: string, request: RequestContext) => Promise<PortalBill>

/** Throws `payment_not_found`, `payment_not_paid`, `outcome_unknown`, `portal_bill_not_ready`, `portal_bill_ended`. */
export function createGetPortalBill(deps: PaymentsDeps): GetPortalBill {
  return async (paymentId, request) => {
    const { tenant } = request.principal
    const payment = await deps.payments.find(tenant, paymentId)
    if (payment === undefined) throw new GatewayError('payment_not_found', 'no such payment in the tenant')
    refuseUnpaid(payment)
    const { id, portalReference } = payment.attempt
    const kept = (await deps.bills.read(tenant, id)) ?? (await fetchNow(deps, payment, request))
    const latencyMs = deps.clock.monotonicMs() - request.startedAtMs
    // Written before the bill leaves: it names the payer.
    const entry = deps.accountability.enter(billAnswerStep(request, { payment, sha256: kept.sha256, latencyMs }))
    await deps.unitOfWork.commit({ tenant, entries: [entry], writes: [] })
    return { ...kept, portalReference }
  }
}

const doubtful: readonly AttemptState[] = ['submitting', 'in_doubt', 'cancelling']

function refuseUnpaid({ state, attempt, refunded }: Payment): void {
  if (doubtful.includes(attempt.state)) throw new GatewayError('outcome_unknown', 'the portal has not said the outcome')
  if (attempt.state !== 'paid') throw new GatewayError('payment_not_paid', 'it is not paid', { details: { state } })
  if (refunded.dong > 0n) throw new GatewayError('portal_bill_ended', 'a refund has ended the bill')
}

async function fetchNow(deps: PaymentsDeps, payment: Payment, request: RequestContext): Promise<KeptBill> {
  const { tenant, attempt } = payment
  const owed = await deps.bills.find(tenant, attempt.id)
  if (owed === undefined) throw notReady(deps, {})
  if (owed.state === 'ended') throw new GatewayError('portal_bill_ended', 'the portal says that the bill has ended')
  const startedMs = deps.clock.monotonicMs()
  const trace = request.traceparent === undefined ? {} : { traceparent: request.traceparent }
  const seen = await askForBill(deps, payment, { deadlineMs: startedMs + lookBudgetMs, ...trace })
  // A mere look does not disturb the schedule: only what ends the waiting is written.
  const isOver = seen.kind === 'issued' || seen.kind === 'ended'
  if (isOver) await recordBill(deps, { payment, owed, seen }, { action: 'getPortalBill', startedMs })
  if (seen.kind === 'ended') throw new GatewayError('portal_bill_ended', 'the portal says that the bill has ended')
  const kept = isOver ? await deps.bills.read(tenant, attempt.id) : undefined
  if (kept === undefined) throw notReady(deps, owed, seen.kind === 'unasked' ? seen.reason : seen.kind)
  return kept
}

/** When it is parked nobody knows: an hour is when a portal that had trouble may have got over it. */
const patienceSeconds = 3_600
/** Portals print a moment after the payment. Our own first look comes later, and need not be waited for: whoever asks is asked for. */
const printedWithinSeconds = 5

function notReady(
  { clock }: Pick<PaymentsDeps, 'clock'>,
  { dueAtMs, tries }: Partial<OwedBill>,
  lastAnswer?: string,
): GatewayError {
  const untilDueSeconds = dueAtMs === undefined ? patienceSeconds : Math.ceil((dueAtMs - clock.nowMs()) / 1_000)
  const waitSeconds = tries === 0 ? printedWithinSeconds : untilDueSeconds
  return new GatewayError('portal_bill_not_ready', 'the portal has not issued the bill', {
    retryAfterSeconds: Math.min(patienceSeconds, Math.max(1, waitSeconds)),
    ...(lastAnswer === undefined ? {} : { details: { lastAnswer } }),
  })
}
