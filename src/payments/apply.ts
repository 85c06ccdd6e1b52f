/** Turns a decision into what is written and what the payment then is. Pure; the fence is the state and version it saw. */
import { assertNever } from '#domain/errors.ts'
import type { Attempt, Payment, PaymentEvent } from '#domain/payment.ts'
import type { AttemptMove, Write } from '#domain/ports/unit-of-work.ts'
import type { Decision, Outlook } from './decide.ts'
import { firstBillDueAtMs } from './decide-bill.ts'
import { postingsOfMove } from './journal.ts'
import { holdsObligation } from './obligation.ts'
import { paymentStateOf } from './payment-state.ts'
import { causeOf, type Happening, type Transition } from './transitions.ts'

export interface Applied {
  readonly payment: Payment
  readonly write?: Write
  /** The row that was followed, if the attempt moved. */
  readonly row?: Transition
}

export interface Moment {
  readonly eventId: () => string
  readonly nowMs: number
  /** Where a client's own step moves it: `client:<id>`. */
  readonly actor?: string
}

export function apply(payment: Payment, decision: Decision, moment: Moment): Applied {
  switch (decision.kind) {
    case 'rest':
      return { payment }
    case 'wait':
    case 'resend':
      return reschedule(payment, decision.outlook)
    case 'move':
      return followRow(payment, decision, moment)
    default:
      return assertNever(decision)
  }
}

/** Looks at the attempt at another time; no move. */
export function reschedule(payment: Payment, outlook: Outlook): Applied {
  const { attempt } = payment
  const schedule = { attemptId: attempt.id, expected: { state: attempt.state, version: attempt.version }, ...outlook }
  return {
    payment: { ...payment, attempt: withOutlook(attempt, outlook) },
    write: { kind: 'attempt_schedule', schedule },
  }
}

function followRow(payment: Payment, decision: Extract<Decision, { kind: 'move' }>, moment: Moment): Applied {
  const { attempt } = payment
  const { row, outlook } = decision
  const { portalRecord, taken, ...learned } = decision.learned
  const paymentState = paymentStateOf({ attempt: row.to, amount: payment.amount, refunded: payment.refunded })
  const event: PaymentEvent = {
    id: moment.eventId(),
    sequence: payment.sequence + 1,
    type: row.correction === undefined ? `payment.${paymentState}` : 'payment.corrected',
    attemptId: attempt.id,
    from: row.from,
    to: row.to,
    cause: causeOf(row),
    actor: moment.actor ?? actorOf[row.on],
    ...(portalRecord === undefined ? {} : { portalRecord }),
    createdAtMs: moment.nowMs,
  }
  const move: AttemptMove = {
    paymentId: payment.id,
    attemptId: attempt.id,
    expected: { state: attempt.state, version: attempt.version },
    to: row.to,
    paymentState,
    holdsObligation: holdsObligation(row.to),
    ...learned,
    ...outlook,
    ...(row.to === 'paid' && { billDueAtMs: firstBillDueAtMs(moment.nowMs) }),
    event,
    postings: postingsOfMove(row, { payment, event, ...(taken === undefined ? {} : { taken }) }),
  }
  return { payment: afterMove(payment, move), write: { kind: 'attempt_move', move }, row }
}

function afterMove(
  payment: Payment,
  { to, paymentState, payUrl, vietQr, portalTransactionId, event, ...outlook }: AttemptMove,
): Payment {
  const attempt: Attempt = {
    ...withOutlook(payment.attempt, outlook),
    state: to,
    version: payment.attempt.version + 1,
    ...(payUrl === undefined ? {} : { payUrl }),
    ...(vietQr === undefined ? {} : { vietQr }),
    ...(portalTransactionId === undefined ? {} : { portalTransactionId }),
  }
  return { ...payment, state: paymentState, sequence: event.sequence, attempt }
}

function withOutlook(attempt: Attempt, { dueAtMs, checks, notFoundSinceMs }: Outlook): Attempt {
  const { dueAtMs: _due, notFoundSinceMs: _since, ...rest } = attempt
  return {
    ...rest,
    checks,
    ...(dueAtMs === null ? {} : { dueAtMs }),
    ...(notFoundSinceMs === null ? {} : { notFoundSinceMs }),
  }
}

/** Who made it happen. A client's own step names the client and is not in this table. */
const actorOf: Readonly<Record<Happening, 'portal' | 'gateway'>> = {
  portal_opened: 'portal',
  portal_refused: 'portal',
  answer_lost: 'gateway',
  worker_lost: 'gateway',
  portal_paid: 'portal',
  amount_differs: 'portal',
  portal_pending: 'portal',
  pending_after_expiry: 'gateway',
  portal_failed: 'portal',
  validity_over: 'portal',
  never_arrived: 'gateway',
  told_unconfirmed: 'portal',
  unknown_after_expiry: 'gateway',
  cancel_requested: 'gateway',
  reversed: 'portal',
}
