/** What a bill is asked for with, made from the order it is about. */
import type { BillRequest, TransactionOrder } from '#domain/portal.ts'

export const aBillRequest = (order: TransactionOrder, portalTransactionId?: string): BillRequest => ({
  reference: order.reference,
  issuedAtMs: order.issuedAtMs,
  dossierCode: order.dossierCode,
  procedureName: order.procedureName,
  payer: order.payer,
  unit: order.unit,
  ...(portalTransactionId !== undefined && { portalTransactionId }),
})
