/** The receipts module, put together: what of a payment can be shown, scanned and printed. */
import type { ReceiptsDeps } from './deps.ts'
import { createGetPaymentQr, type GetPaymentQr } from './get-payment-qr.ts'

export interface Receipts {
  readonly paymentQr: GetPaymentQr
}

export function createReceipts(deps: ReceiptsDeps): Receipts {
  return { paymentQr: createGetPaymentQr(deps) }
}
