/** Asking the portal for one bill: everything a portal may print on it, and trouble turned into an observation. */
import { before } from '#domain/deadline.ts'
import { UpstreamError } from '#domain/errors.ts'
import type { Payment } from '#domain/payment.ts'
import type { BillObservation } from './decide-bill.ts'
import type { PaymentsDeps } from './deps.ts'

/** GET_BILL, until `deadlineMs` (`Clock.monotonicMs`). Anything but trouble with the portal is a fault of ours and rejects. */
export async function askForBill(
  { portal, unit: unitOf, clock, ids }: Pick<PaymentsDeps, 'portal' | 'unit' | 'clock' | 'ids'>,
  payment: Payment,
  { deadlineMs, traceparent }: { readonly deadlineMs: number; readonly traceparent?: string },
): Promise<BillObservation> {
  const { tenant, attempt, payer, dossierCode, procedureName } = payment
  const { portalReference: reference, issuedAtMs, portalTransactionId } = attempt
  const connection = portal(tenant, attempt.connection)
  const unit = unitOf(tenant, payment.collectingUnit)
  // Taken out of the configuration: to be asked later all the same, it may come back.
  if (connection === undefined || unit === undefined) return { kind: 'unasked', reason: 'upstream_not_configured' }
  const transaction = portalTransactionId === undefined ? {} : { portalTransactionId }
  const wanted = { reference, issuedAtMs, payer, dossierCode, procedureName, unit, ...transaction }
  try {
    return await before({ clock, ids }, deadlineMs, (call) => connection.port.fetchBill(wanted, call), traceparent)
  } catch (error) {
    if (error instanceof UpstreamError) return { kind: 'unasked', reason: error.code }
    throw error
  }
}
