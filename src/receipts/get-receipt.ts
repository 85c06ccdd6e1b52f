/**
 * Our own receipt of a paid payment. It is signed and stored when it is first asked for in a state of the payment, and is the
 * same bytes from then on; that it was shown is on record before it leaves, because it names the payer.
 */
import { canonicalJson } from '#domain/canonical-json.ts'
import { GatewayError } from '#domain/errors.ts'
import type { Payment, PaymentEvent } from '#domain/payment.ts'
import type { AuditedStep } from '#domain/ports/accountability.ts'
import type { Write } from '#domain/ports/unit-of-work.ts'
import type { IssuedReceipt, ReceiptSubject } from '#domain/receipt.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { ReceiptsDeps } from './deps.ts'
import { isOutcomeUnknown } from './doubt.ts'
import { presentReceipt, type ReceiptView } from './present-receipt.ts'
import { receiptClaims } from './receipt-claims.ts'

export type GetReceipt = (paymentId: string, request: RequestContext) => Promise<ReceiptView>

/** Throws `payment_not_found`, also for another tenant's; `outcome_unknown`, `payment_not_paid`, `storage_unavailable`. */
export function createGetReceipt(deps: ReceiptsDeps): GetReceipt {
  return async (paymentId, request) => {
    const { tenant } = request.principal
    const payment = await deps.payments.find(tenant, paymentId)
    if (payment === undefined) throw new GatewayError('payment_not_found', 'no such payment in the tenant')
    requirePaid(payment)
    const issued = (await deps.receipts.find(tenant, subjectOf(payment))) ?? (await issue(deps, payment))
    const receipt = presentReceipt(payment, issued, {
      unit: deps.unit(tenant, payment.collectingUnit),
      publicUrl: deps.publicUrl,
      livemode: deps.livemode(tenant),
    })
    await commitShown(deps, request, payment, receipt)
    return receipt
  }
}

function requirePaid({ state, attempt }: Payment): void {
  if (attempt.state === 'paid') return
  if (isOutcomeUnknown(attempt)) throw new GatewayError('outcome_unknown', 'nobody knows whether it is paid')
  throw new GatewayError('payment_not_paid', 'only what is paid has a receipt', { details: { state } })
}

const subjectOf = ({ id, attempt, refunded }: Payment): ReceiptSubject => ({
  paymentId: id,
  attemptId: attempt.id,
  refunded,
})

/** Two requests may issue at the same moment: the one stored first is the receipt, and the other's was never seen. */
async function issue(deps: ReceiptsDeps, payment: Payment): Promise<IssuedReceipt> {
  const { tenant } = payment
  const events = await deps.payments.events(tenant, payment.id)
  const issue = {
    id: deps.ids.next('rcp'),
    issuer: deps.publicUrl,
    paidAtMs: paidAt(payment, events),
    issuedAtMs: deps.clock.nowMs(),
    livemode: deps.livemode(tenant),
  }
  const statement = deps.signer.signReceipt(receiptClaims(payment, issue))
  const { id, paidAtMs, issuedAtMs } = issue
  const row: IssuedReceipt = { ...subjectOf(payment), id, statement, paidAtMs, issuedAtMs }
  const write: Write = { kind: 'receipt', row }
  await deps.unitOfWork.commit({ tenant, entries: [], writes: [write] })
  return (await deps.receipts.find(tenant, row)) ?? row
}

/** The latest move to paid: a correction may have taken it back in between. */
function paidAt({ attempt, createdAtMs }: Payment, events: readonly PaymentEvent[]): number {
  const move = events.findLast(
    (event) => event.attemptId === attempt.id && event.to === 'paid' && event.from !== 'paid',
  )
  return move?.createdAtMs ?? createdAtMs
}

async function commitShown(
  { accountability, unitOfWork, clock }: ReceiptsDeps,
  { principal, traceId, startedAtMs }: RequestContext,
  { id, procedureCode, dossierCode, amount }: Payment,
  receipt: ReceiptView,
): Promise<void> {
  const step: AuditedStep = {
    kind: 'lookup',
    action: 'getReceipt',
    principal,
    traceId,
    subject: { type: 'payment', value: id },
    procedureCode,
    dossierCode,
    categories: ['fullName'],
    result: `receipt_${receipt.status}`,
    httpStatus: 200,
    latencyMs: clock.monotonicMs() - startedAtMs,
    request: canonicalJson({ id }),
    response: canonicalJson(receipt),
    amountDong: amount.dong,
  }
  await unitOfWork.commit({ tenant: principal.tenant, entries: [accountability.enter(step)], writes: [] })
}
