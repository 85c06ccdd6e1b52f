/** The journal of what really happened, for tests and the demo. */
import { describePayment, isoTime } from '../paying/journal.ts'
import { refundedAmount, statusCode, type Transaction } from './ledger.ts'

export function describeTransaction(transaction: Transaction, nowMs: number) {
  const payment = describePayment(transaction, nowMs)
  return {
    ...payment,
    currency: transaction.currency,
    status: statusCode(payment.standing),
    vietQr: transaction.vietQr,
    issuedAt: transaction.issuedAt,
    refunded: refundedAmount(transaction),
    refunds: [...transaction.refunds.values()].map((refund) => ({
      refundReference: refund.refundReference,
      transactionId: refund.transactionId,
      amount: refund.amount,
      standing: refund.standing,
      refusal: refund.refusal ?? null,
      at: isoTime(refund.atMs),
    })),
  }
}
