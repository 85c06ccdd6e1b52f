/**
 * What a step posts: pure. The rows of the two tables say which facts a move is (`posts`); here stands how much each is, so
 * that a move and its postings are made together and written together.
 */
import type { MovePosting, Posting } from '#domain/journal.ts'
import type { Money } from '#domain/money.ts'
import type { Payment, PaymentEvent } from '#domain/payment.ts'
import type { Refund } from '#domain/refund.ts'
import type { RefundTransition } from './refund-transitions.ts'
import type { Transition } from './transitions.ts'

interface Move {
  readonly payment: Payment
  readonly event: PaymentEvent
  /** What the portal says it took; absent where it was not in đồng, which the journal has no account for. */
  readonly taken?: Money
}

/** Asked for is what was received: a move to `paid` has compared the two. What differs goes to suspense as it was taken. */
export function postingsOfMove({ posts = [] }: Pick<Transition, 'posts'>, move: Move): readonly Posting[] {
  return posts.flatMap((kind) => {
    const amount = amountOf(kind, move)
    return amount === undefined ? [] : [{ ...about(move), kind, amount }]
  })
}

function amountOf(kind: MovePosting, { payment, taken }: Move): Posting['amount'] | undefined {
  switch (kind) {
    case 'payment_received':
    case 'payment_reversed':
      return payment.amount
    case 'amount_differs':
      return taken
    case 'suspense_released':
      return 'held'
    default:
      return kind satisfies never
  }
}

const about = ({ payment, event }: Pick<Move, 'payment' | 'event'>) => ({
  paymentId: payment.id,
  attemptId: event.attemptId,
  cites: event.id,
  postedAtMs: event.createdAtMs,
})

export const postingsOfRefundMove = (
  { posts = [] }: Pick<RefundTransition, 'posts'>,
  { refund, ...move }: { readonly payment: Payment; readonly event: PaymentEvent; readonly refund: Refund },
): readonly Posting[] => posts.map((kind) => ({ ...about(move), kind, amount: refund.amount }))

/** Another transaction took money for an attempt that is paid. A notification alone does not post it: it is not asked about. */
export const postingOfSecondCharge = (
  payment: Payment,
  second: { readonly transactionId: string; readonly amount: Money; readonly seenAtMs: number },
): Posting => ({
  kind: 'double_charge',
  paymentId: payment.id,
  attemptId: payment.attempt.id,
  cites: second.transactionId,
  otherTransaction: second.transactionId,
  amount: second.amount,
  postedAtMs: second.seenAtMs,
})

/** The table has no place for a second paid attempt. If it gets one after all, the move takes the money out of suspense. */
export const postingOfPaidBesides = (payment: Payment, seenAtMs: number): Posting => ({
  kind: 'paid_besides',
  paymentId: payment.id,
  attemptId: payment.attempt.id,
  cites: payment.attempt.portalReference,
  amount: payment.amount,
  postedAtMs: seenAtMs,
})
