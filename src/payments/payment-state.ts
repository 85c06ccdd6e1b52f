/** What a payment shows of itself, derived from its live or paid attempt and then from its refunds (api.md, "Payment state"). */
import type { Money } from '#domain/money.ts'
import type { AttemptState, PaymentState } from '#domain/payment.ts'

export interface Standing {
  readonly attempt: AttemptState
  readonly amount: Money
  readonly refunded: Money
}

export interface Balance extends Standing {
  readonly refundReserved: Money
}

export function paymentStateOf({ attempt, amount, refunded }: Standing): PaymentState {
  if (attempt === 'cancelling') return 'in_doubt'
  if (attempt !== 'paid' || refunded.dong === 0n) return attempt
  return refunded.dong < amount.dong ? 'partially_refunded' : 'refunded'
}

const finished: Readonly<Record<PaymentState, boolean>> = {
  submitting: false,
  awaiting_payer: false,
  in_doubt: false,
  mismatch: false,
  paid: true,
  partially_refunded: true,
  refunded: true,
  failed: true,
  expired: true,
  cancelled: true,
}
export const isFinished = (state: PaymentState): boolean => finished[state]

/** False exactly while nobody here can say whether money moves. */
export const isOutcomeCertain = (state: PaymentState): boolean => state !== 'in_doubt'

/** What can still be given back. Nothing, unless the money is known to be here; nothing twice. */
export const refundableOf = ({ attempt, amount, refunded, refundReserved }: Balance): Money => ({
  dong: attempt === 'paid' ? amount.dong - refunded.dong - refundReserved.dong : 0n,
})
