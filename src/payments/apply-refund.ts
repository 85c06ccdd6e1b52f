/** Turns a move of a refund into what is written and what refund and payment then are. Pure. */
import type { Payment, PaymentEvent } from '#domain/payment.ts'
import type { Write } from '#domain/ports/unit-of-work.ts'
import type { Officer, Refund, RefundState } from '#domain/refund.ts'
import type { RefundLearned, RefundOutlook } from './decide-refund.ts'
import { postingsOfRefundMove } from './journal.ts'
import { paymentStateOf } from './payment-state.ts'
import { sumOfRefund, type RefundHappening, type RefundTransition } from './refund-transitions.ts'

/** A refund together with the payment whose balance it changes. */
export interface RefundOfPayment {
  readonly payment: Payment
  readonly refund: Refund
}

export interface RefundMoment {
  readonly eventId: string
  readonly nowMs: number
  /** Where a client's own step moves it. */
  readonly decidedBy?: Officer
}

export interface AppliedRefund extends RefundOfPayment {
  readonly write: Write
}

export function applyRefundMove(
  { payment, refund }: RefundOfPayment,
  row: RefundTransition,
  { learned = {}, outlook }: { readonly learned?: RefundLearned; readonly outlook: RefundOutlook },
  { eventId, nowMs, decidedBy }: RefundMoment,
): AppliedRefund {
  const reservedBy = share(refund, row.to, 'reserved') - share(refund, row.from, 'reserved')
  const refundedBy = share(refund, row.to, 'refunded') - share(refund, row.from, 'refunded')
  const refunded = { dong: payment.refunded.dong + refundedBy }
  const paymentState = paymentStateOf({ attempt: payment.attempt.state, amount: payment.amount, refunded })
  const { portalRecord, ...known } = learned
  const event: PaymentEvent = {
    ...refundEvent({ payment, refund, eventId, nowMs }, { from: row.from, to: row.to }, refunded),
    cause: row.on,
    actor: decidedBy === undefined ? actorOf[row.on] : `client:${decidedBy.clientId}`,
    ...(portalRecord === undefined ? {} : { portalRecord }),
  }
  const decided = decidedBy === undefined ? {} : { decidedBy }
  const { dueAtMs: _, ...rest } = refund
  return {
    payment: {
      ...payment,
      state: paymentState,
      refunded,
      refundReserved: { dong: payment.refundReserved.dong + reservedBy },
      sequence: event.sequence,
    },
    refund: {
      ...rest,
      ...known,
      ...decided,
      state: row.to,
      version: refund.version + 1,
      checks: outlook.checks,
      ...(outlook.dueAtMs === null ? {} : { dueAtMs: outlook.dueAtMs }),
    },
    write: {
      kind: 'refund_move',
      move: {
        paymentId: payment.id,
        refundId: refund.id,
        expected: { state: refund.state, version: refund.version },
        to: row.to,
        reservedBy,
        refundedBy,
        paymentState,
        ...known,
        ...decided,
        ...outlook,
        event,
        postings: postingsOfRefundMove(row, { payment, refund, event }),
      },
    },
  }
}

const share = ({ amount }: Refund, state: RefundState, sum: 'reserved' | 'refunded'): bigint =>
  sumOfRefund(state) === sum ? amount.dong : 0n

/** The common part of every event about a refund: the attempt stays where it is. */
export function refundEvent(
  { payment, refund, eventId, nowMs }: RefundOfPayment & Pick<RefundMoment, 'eventId' | 'nowMs'>,
  step: { readonly from?: RefundState; readonly to: RefundState },
  refunded = payment.refunded,
): Omit<PaymentEvent, 'cause' | 'actor'> {
  return {
    id: eventId,
    sequence: payment.sequence + 1,
    type: `refund.${step.to}`,
    attemptId: refund.attemptId,
    from: payment.attempt.state,
    to: payment.attempt.state,
    refund: { id: refund.id, ...step, amount: refund.amount, refunded },
    createdAtMs: nowMs,
  }
}

const actorOf: Readonly<Record<RefundHappening, 'portal' | 'gateway'>> = {
  approved: 'gateway',
  declined: 'gateway',
  taken_up: 'gateway',
  portal_accepted: 'portal',
  portal_completed: 'portal',
  portal_refused: 'portal',
  answer_lost: 'gateway',
}
