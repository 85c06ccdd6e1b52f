/** The receipts module, put together: what of a payment can be shown, scanned and printed. */
import type { ReceiptsDeps } from './deps.ts'
import { drawReceipt } from './draw-receipt.ts'
import { createGetPaymentQr, type GetPaymentQr } from './get-payment-qr.ts'
import { createGetReceipt, type GetReceipt } from './get-receipt.ts'
import type { ReceiptView } from './present-receipt.ts'

export interface Receipts {
  readonly get: GetReceipt
  /** PDF. The same bytes for the same receipt. */
  readonly draw: (receipt: ReceiptView) => Promise<Uint8Array>
  readonly paymentQr: GetPaymentQr
}

export function createReceipts(deps: ReceiptsDeps): Receipts {
  return { get: createGetReceipt(deps), draw: drawReceipt, paymentQr: createGetPaymentQr(deps) }
}
