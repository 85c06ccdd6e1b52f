/**
 * The one table of an attempt's life (api.md, "Attempt states"). Code, the SQL check, the documentation picture and the
 * test model follow from it: whoever needs another move adds a row here and in the store's migration, nowhere else.
 */
import type { MovePosting } from '#domain/journal.ts'
import type { AttemptState } from '#domain/payment.ts'

/** What happened. The name of the edge, and so the `cause` of its event unless the edge is a correction. */
export const happenings = [
  /** INIT was answered with a pay URL. */
  'portal_opened',
  /** INIT was refused by a definite answer to the only time it was ever sent. */
  'portal_refused',
  /** INIT left the house and its answer is lost or unusable. */
  'answer_lost',
  /** The process that was to send INIT died, and the portal could not be reached. */
  'worker_lost',
  /** QUERY 1 with our amount and currency; here and below, the row of a settlement file where there is no QUERY. */
  'portal_paid',
  /** QUERY 1 with another amount or currency. */
  'amount_differs',
  /** QUERY 3 while the payer may still pay. */
  'portal_pending',
  /** QUERY 3 when the payer should no longer be able to pay. */
  'pending_after_expiry',
  /** QUERY 4. */
  'portal_failed',
  /** QUERY 4 at or after `expiresAt`: nobody paid in time. */
  'validity_over',
  /** Not found twice across the window: proven dead. */
  'never_arrived',
  /** A portal that cannot be asked announced that it was paid: in doubt until its settlement file says so. */
  'told_unconfirmed',
  /** The payer should no longer be able to pay, and the portal cannot be asked whether he did. */
  'unknown_after_expiry',
  /** A client asked to cancel. */
  'cancel_requested',
  /** The portal's settlement file and its answers took the money back. */
  'reversed',
] as const
export type Happening = (typeof happenings)[number]

/** Corrections are events of their own and cite a portal record. */
type Correction = 'settled_after_doubt' | 'paid_late' | 'mismatch_resolved' | 'reversed'

export interface Transition {
  readonly from: AttemptState
  readonly on: Happening
  readonly to: AttemptState
  readonly correction?: Correction
  /** The facts about money that this move is, for the journal. Absent: no money moved, or nobody knows yet. */
  readonly posts?: readonly MovePosting[]
}

const received = ['payment_received'] as const
const laidAside = ['amount_differs'] as const
const released = ['suspense_released'] as const
/** What the portal took of a dead attempt beside a live one, or in another amount, lies in suspense until now. */
const receivedAfterAll = ['suspense_released', 'payment_received'] as const

export const transitions: readonly Transition[] = [
  { from: 'submitting', on: 'portal_opened', to: 'awaiting_payer' },
  { from: 'submitting', on: 'portal_refused', to: 'failed' },
  { from: 'submitting', on: 'answer_lost', to: 'in_doubt' },
  { from: 'submitting', on: 'worker_lost', to: 'in_doubt' },
  { from: 'submitting', on: 'portal_paid', to: 'paid', posts: received },
  // api.md has no edge to mismatch from here: the next look, five seconds later, takes it there through doubt.
  { from: 'submitting', on: 'amount_differs', to: 'in_doubt' },
  // Nobody can pay any more what was never answered with a pay URL, and the portal has not closed it yet.
  { from: 'submitting', on: 'pending_after_expiry', to: 'in_doubt' },
  { from: 'submitting', on: 'told_unconfirmed', to: 'in_doubt' },
  { from: 'submitting', on: 'unknown_after_expiry', to: 'in_doubt' },
  { from: 'submitting', on: 'portal_failed', to: 'failed' },
  { from: 'submitting', on: 'validity_over', to: 'failed' },
  { from: 'submitting', on: 'never_arrived', to: 'failed' },

  { from: 'awaiting_payer', on: 'portal_paid', to: 'paid', posts: received },
  { from: 'awaiting_payer', on: 'amount_differs', to: 'mismatch', posts: laidAside },
  { from: 'awaiting_payer', on: 'pending_after_expiry', to: 'in_doubt' },
  { from: 'awaiting_payer', on: 'told_unconfirmed', to: 'in_doubt' },
  { from: 'awaiting_payer', on: 'unknown_after_expiry', to: 'in_doubt' },
  { from: 'awaiting_payer', on: 'portal_failed', to: 'failed' },
  { from: 'awaiting_payer', on: 'validity_over', to: 'expired' },
  { from: 'awaiting_payer', on: 'never_arrived', to: 'failed' },
  { from: 'awaiting_payer', on: 'cancel_requested', to: 'cancelling' },

  { from: 'cancelling', on: 'portal_paid', to: 'paid', posts: received },
  { from: 'cancelling', on: 'amount_differs', to: 'in_doubt' },
  { from: 'cancelling', on: 'told_unconfirmed', to: 'in_doubt' },
  { from: 'cancelling', on: 'portal_failed', to: 'cancelled' },
  { from: 'cancelling', on: 'validity_over', to: 'cancelled' },
  { from: 'cancelling', on: 'never_arrived', to: 'cancelled' },

  { from: 'in_doubt', on: 'portal_opened', to: 'awaiting_payer' },
  { from: 'in_doubt', on: 'portal_pending', to: 'awaiting_payer', correction: 'settled_after_doubt' },
  { from: 'in_doubt', on: 'portal_paid', to: 'paid', correction: 'settled_after_doubt', posts: received },
  { from: 'in_doubt', on: 'amount_differs', to: 'mismatch', correction: 'settled_after_doubt', posts: laidAside },
  { from: 'in_doubt', on: 'portal_failed', to: 'failed', correction: 'settled_after_doubt' },
  { from: 'in_doubt', on: 'validity_over', to: 'failed', correction: 'settled_after_doubt' },
  { from: 'in_doubt', on: 'never_arrived', to: 'failed', correction: 'settled_after_doubt' },

  { from: 'expired', on: 'portal_paid', to: 'paid', correction: 'paid_late', posts: receivedAfterAll },
  { from: 'cancelled', on: 'portal_paid', to: 'paid', correction: 'paid_late', posts: receivedAfterAll },
  { from: 'failed', on: 'portal_paid', to: 'paid', correction: 'paid_late', posts: receivedAfterAll },

  { from: 'mismatch', on: 'portal_paid', to: 'paid', correction: 'mismatch_resolved', posts: receivedAfterAll },
  { from: 'mismatch', on: 'portal_failed', to: 'failed', correction: 'mismatch_resolved', posts: released },
  { from: 'mismatch', on: 'validity_over', to: 'failed', correction: 'mismatch_resolved', posts: released },

  // Success is sticky: only a settlement file and a QUERY that agree twice take it back (confirm-settlement.ts).
  { from: 'paid', on: 'reversed', to: 'mismatch', correction: 'reversed', posts: ['payment_reversed'] },
]

const byEdge: ReadonlyMap<string, Transition> = new Map(transitions.map((row) => [`${row.from} ${row.on}`, row]))

/** The move that `on` causes from `from`; `undefined` where it causes none. */
export const transitionOn = (from: AttemptState, on: Happening): Transition | undefined => byEdge.get(`${from} ${on}`)

/** What the event of a move names as its cause. */
export const causeOf = ({ on, correction }: Transition): string => correction ?? on

/** Left only by a correction. `mismatch` is not one: money moved, a person or the portal must still say what it was. */
const terminal: Readonly<Record<AttemptState, boolean>> = {
  submitting: false,
  awaiting_payer: false,
  in_doubt: false,
  cancelling: false,
  mismatch: false,
  paid: true,
  failed: true,
  expired: true,
  cancelled: true,
}
export const isTerminal = (state: AttemptState): boolean => terminal[state]

/** Pairs of states that some edge joins, for checks that know no causes. */
const legalMoves: ReadonlySet<string> = new Set(transitions.map(({ from, to }) => `${from} ${to}`))

export const isLegalMove = (from: AttemptState, to: AttemptState): boolean => legalMoves.has(`${from} ${to}`)
