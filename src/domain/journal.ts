/**
 * The journal: every đồng of a payment stands in one of five accounts, and each business fact takes an amount out of one and
 * puts it into another. Nothing is ever changed or taken out of it; what turns out otherwise is another fact.
 */
import type { Money } from './money.ts'

export const journalAccounts = [
  /** The payer's pocket: below zero by what the payer has given, net of what came back. */
  'payer',
  /** What the portal has taken and not yet transferred; below zero where it transferred before it gave money back. */
  'portal_clearing',
  /** What the portal has transferred to the collecting unit, by its settlement files. */
  'beneficiary',
  /** On its way back: the portal has accepted a refund, the bank is not done. */
  'refunds',
  /** Taken by the portal, and no rule can say for what: another amount, a second time. */
  'suspense',
] as const
export type JournalAccount = (typeof journalAccounts)[number]

interface Way {
  readonly from: JournalAccount
  readonly to: JournalAccount
}

/** The one table of facts that are posted, and where each moves its amount. The store's migration has the same. */
export const postingWays = {
  payment_received: { from: 'payer', to: 'portal_clearing' },
  /** A settled record of the portal took it back. */
  payment_reversed: { from: 'portal_clearing', to: 'payer' },
  /** A settlement file of the portal names the transfer. */
  settled: { from: 'portal_clearing', to: 'beneficiary' },

  refund_accepted: { from: 'portal_clearing', to: 'refunds' },
  refund_completed: { from: 'refunds', to: 'payer' },
  /** Accepted, and then the bank would not. */
  refund_reversed: { from: 'refunds', to: 'portal_clearing' },
  /** A settlement file withholds it from a transfer. */
  refund_settled: { from: 'beneficiary', to: 'portal_clearing' },

  /** Paid, but another amount than was asked for. */
  amount_differs: { from: 'payer', to: 'suspense' },
  /** Another transaction of the portal took money for an attempt that is paid already. */
  double_charge: { from: 'payer', to: 'suspense' },
  /** A former attempt turned out paid while another one of the payment is live or paid. */
  paid_besides: { from: 'payer', to: 'suspense' },
  /** What lay in suspense has its place, or went back. */
  suspense_released: { from: 'suspense', to: 'payer' },
} as const satisfies Readonly<Record<string, Way>>
export type PostingKind = keyof typeof postingWays

/** What an attempt's move can be, for the journal. */
export type MovePosting = 'payment_received' | 'payment_reversed' | 'amount_differs' | 'suspense_released'

/** What a refund's move can be. */
export type RefundPosting = 'refund_accepted' | 'refund_completed' | 'refund_reversed'

/** One fact about money, to be written in the commit of the step that found it. */
export interface Posting {
  readonly kind: PostingKind
  readonly paymentId: string
  readonly attemptId: string
  /** What makes it one fact: the event that moved something, else the portal's transaction. Cited again, it posts nothing. */
  readonly cites: string
  /** `held`: what lies in suspense for it, if anything, which only the database knows at that moment. */
  readonly amount: Money | 'held'
  /** Where the money is not of the attempt's own transaction: `MaGiaoDich` of the other. Suspense holds the two apart. */
  readonly otherTransaction?: string
  readonly postedAtMs: number
}

/** A posting as it stands in the journal. Its entries sum to zero. */
export interface PostedFact {
  readonly kind: PostingKind
  readonly attemptId: string
  readonly cites: string
  readonly entries: readonly JournalEntry[]
  readonly postedAtMs: number
}

/** What a fact puts into an account, or takes out of it. */
export interface JournalEntry {
  readonly account: JournalAccount
  readonly dong: bigint
}
