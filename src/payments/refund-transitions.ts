/**
 * The one table of a refund's life (reliability.md 4.3). Code and the SQL check follow from it: whoever needs another move
 * adds a row here and in the store's migration, nowhere else.
 */
import type { RefundPosting } from '#domain/journal.ts'
import type { RefundState } from '#domain/refund.ts'

export const refundHappenings = [
  /** A second person said yes. */
  'approved',
  /** A second person said no. */
  'declined',
  /** A process takes it on itself to send REFUND. */
  'taken_up',
  /** The portal has it: PENDING or SUCCESS. */
  'portal_accepted',
  /** SUCCESS: the money went back. */
  'portal_completed',
  /** FAILED, or the message was turned away by a definite answer to the only time it was ever sent. */
  'portal_refused',
  /** REFUND left the house and its answer is lost or unusable, or who was to send it died. */
  'answer_lost',
] as const
export type RefundHappening = (typeof refundHappenings)[number]

export interface RefundTransition {
  readonly from: RefundState
  readonly on: RefundHappening
  readonly to: RefundState
  /** As `posts` of an attempt's move. Asking for a refund posts nothing: the money is where it was. */
  readonly posts?: readonly RefundPosting[]
}

export const refundTransitions: readonly RefundTransition[] = [
  { from: 'requested', on: 'approved', to: 'approved' },
  { from: 'requested', on: 'declined', to: 'rejected' },
  { from: 'approved', on: 'taken_up', to: 'submitting' },

  { from: 'submitting', on: 'portal_accepted', to: 'accepted', posts: ['refund_accepted'] },
  { from: 'submitting', on: 'portal_refused', to: 'rejected' },
  { from: 'submitting', on: 'answer_lost', to: 'in_doubt' },
  { from: 'in_doubt', on: 'portal_accepted', to: 'accepted', posts: ['refund_accepted'] },
  { from: 'in_doubt', on: 'portal_refused', to: 'rejected' },

  { from: 'accepted', on: 'portal_completed', to: 'completed', posts: ['refund_completed'] },
  // Accepted, and then the bank would not: a step of its own, which cites the portal's record.
  { from: 'accepted', on: 'portal_refused', to: 'reversed', posts: ['refund_reversed'] },
]

const byEdge: ReadonlyMap<string, RefundTransition> = new Map(
  refundTransitions.map((row) => [`${row.from} ${row.on}`, row]),
)

/** The move that `on` causes from `from`; `undefined` where it causes none. */
export const refundTransitionOn = (from: RefundState, on: RefundHappening): RefundTransition | undefined =>
  byEdge.get(`${from} ${on}`)

const legalMoves: ReadonlySet<string> = new Set(refundTransitions.map(({ from, to }) => `${from} ${to}`))

export const isLegalRefundMove = (from: RefundState, to: RefundState): boolean => legalMoves.has(`${from} ${to}`)

/** Which sum of the payment a refund in this state counts in. */
const sums: Readonly<Record<RefundState, 'reserved' | 'refunded' | 'none'>> = {
  requested: 'reserved',
  approved: 'reserved',
  submitting: 'reserved',
  in_doubt: 'reserved',
  accepted: 'refunded',
  completed: 'refunded',
  rejected: 'none',
  reversed: 'none',
}
export const sumOfRefund = (state: RefundState): 'reserved' | 'refunded' | 'none' => sums[state]

const finished: ReadonlySet<RefundState> = new Set<RefundState>(['completed', 'rejected', 'reversed'])
export const isRefundFinished = (state: RefundState): boolean => finished.has(state)
