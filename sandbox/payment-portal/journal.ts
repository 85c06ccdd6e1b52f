/**
 * The journal of what really happened, for tests and the demo. It names no payer: whoever needs to know who paid
 * knows the order.
 */
import { standingAt } from '../paying/standing.ts'
import { refundedAmount, statusCode, type Transaction } from './ledger.ts'

export function describeTransaction(transaction: Transaction, nowMs: number) {
  const standing = standingAt(transaction, nowMs)
  return {
    reference: transaction.reference,
    transactionId: transaction.transactionId,
    amount: transaction.amount,
    currency: transaction.currency,
    standing,
    status: statusCode(standing),
    bank: transaction.bank,
    payUrl: transaction.payUrl,
    vietQr: transaction.vietQr,
    issuedAt: transaction.issuedAt,
    openedAt: iso(transaction.openedAtMs),
    validUntil: iso(transaction.validUntilMs),
    settledAt: transaction.settledAtMs === undefined ? null : iso(transaction.settledAtMs),
    refunded: refundedAmount(transaction),
    history: transaction.history.map(({ atMs, event }) => ({ at: iso(atMs), event })),
    notifications: transaction.notifications.map(({ atMs, ...rest }) => ({ at: iso(atMs), ...rest })),
    refunds: [...transaction.refunds.values()].map((refund) => ({
      refundReference: refund.refundReference,
      transactionId: refund.transactionId,
      amount: refund.amount,
      standing: refund.standing,
      refusal: refund.refusal ?? null,
      at: iso(refund.atMs),
    })),
  }
}

const iso = (ms: number): string => new Date(ms).toISOString()
