/** What both portals' journals say of a payment. It names no payer: whoever needs to know who paid knows the order. */
import { standingAt, type Paid } from './standing.ts'

export function describePayment(payment: Paid, nowMs: number) {
  return {
    reference: payment.reference,
    transactionId: payment.transactionId,
    amount: payment.amount,
    standing: standingAt(payment, nowMs),
    bank: payment.bank,
    payUrl: payment.payUrl,
    openedAt: isoTime(payment.openedAtMs),
    validUntil: isoTime(payment.validUntilMs),
    settledAt: payment.settledAtMs === undefined ? null : isoTime(payment.settledAtMs),
    history: payment.history.map(({ atMs, event }) => ({ at: isoTime(atMs), event })),
    notifications: payment.notifications.map(({ atMs, ...rest }) => ({ at: isoTime(atMs), ...rest })),
  }
}

export const isoTime = (ms: number): string => new Date(ms).toISOString()
