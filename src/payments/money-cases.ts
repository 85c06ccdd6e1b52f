/** What the payments core finds and no row of its table has a place for, such as money that was taken twice. A person looks, and gives it back. */
import type { Payment } from '#domain/payment.ts'
import type { NewCase } from '#domain/ports/case-opener.ts'

const about = ({ id, tenant, attempt, amount }: Payment) => ({
  tenant,
  paymentId: id,
  connection: attempt.connection,
  details: { attempt: attempt.id, portalReference: attempt.portalReference, amountDong: Number(amount.dong) },
})

/** One attempt, two transactions of the portal. */
export function doubleCharge(payment: Payment, otherTransactionId: string): NewCase {
  const { details, ...rest } = about(payment)
  const { portalTransactionId = '' } = payment.attempt
  return { ...rest, kind: 'double_charge', details: { ...details, portalTransactionId, otherTransactionId } }
}

/** A portal that cannot be asked calls paid what is proven dead. */
export function disputed(payment: Payment, otherTransactionId: string): NewCase {
  const { details, ...rest } = about(payment)
  const { state } = payment.attempt
  return { ...rest, kind: 'state_differs', details: { ...details, otherTransactionId, stateHere: state } }
}

/** Asked back of a portal without refunds. Each time it is asked is a case of its own. */
export function refundByHand(payment: Payment, refundDong: number, askedAtMs: number): NewCase {
  const { details, ...rest } = about(payment)
  const askedAt = new Date(askedAtMs).toISOString()
  return { ...rest, kind: 'refund_by_hand', details: { ...details, refundDong, askedAt } }
}

/** A former attempt is paid, and another one of the same payment is live or paid. */
export const paidBesides = (payment: Payment): NewCase => ({ ...about(payment), kind: 'paid_besides' })

/** A former attempt is paid, and another payment collects the same obligation. */
export const obligationPaidTwice = (payment: Payment): NewCase => ({ ...about(payment), kind: 'obligation_paid_twice' })
