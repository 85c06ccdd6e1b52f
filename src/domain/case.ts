/** What a person must look at, and how the looking ended. */

/** Every kind there is; filters and their documentation list them. */
export const caseKinds = [
  /** Another transaction of the portal took money for an attempt that is paid already. */
  'double_charge',
  /** A former attempt turned out paid while another one of the same payment is live or paid. */
  'paid_besides',
  /** A former attempt turned out paid while another payment collects the same obligation. */
  'obligation_paid_twice',
  /** The portal took money under a reference that is not ours. */
  'unknown_reference',
  /** The portal took another amount than was asked for. */
  'amount_differs',
  /** A word of the portal (its settlement file, its answer, a notification) and this house disagree on whether money moved. */
  'state_differs',
  /**
   * The settlement file and the portal's answer agree that what is paid here failed, by the same transaction. When they still
   * do half an hour later, a reconciliation of the day corrects the payment; until then, and where money was refunded, nothing moves.
   */
  'taken_back',
  /** Paid here, or left in doubt by a portal that cannot be asked, and in no settlement file. */
  'missing_there',
  /** Money is asked back that a portal without refunds took: a clerk gives it back by another way, and says how here. */
  'refund_by_hand',
  /** The portal gave money back that nobody here asked for. */
  'refund_unknown',
  /** One transaction id of the portal stands for two references. */
  'transaction_reused',
  /** A settlement file has rows that cannot be read. */
  'quarantined_rows',
  /** A settlement file is not whole, so nothing was posted from it. */
  'file_refused',
] as const
export type CaseKind = (typeof caseKinds)[number]

export const caseStates = ['open', 'resolved'] as const
export type CaseState = (typeof caseStates)[number]

/** Kinds that end with money going back to a payer. */
export const refundCases: ReadonlySet<CaseKind> = new Set([
  'double_charge',
  'paid_besides',
  'obligation_paid_twice',
  'refund_by_hand',
])

export const caseResolutions = [
  /** Looked at; nothing is owed to anybody. */
  'explained',
  /** The portal's operator put it right over there. */
  'corrected_there',
  /** The money went back outside the portal; the note says how, `reference` under which number. */
  'refunded_manually',
] as const
export type CaseResolution = (typeof caseResolutions)[number]

export interface Case {
  /** `cas_…`; made from what the case is about, so that finding the same thing twice is one case. */
  readonly id: string
  readonly tenant: string
  readonly kind: CaseKind
  readonly state: CaseState
  readonly paymentId?: string
  /** The configured portal account. */
  readonly connection?: string
  /** Our ids and the portal's, amounts in đồng. No personal data. */
  readonly details: Readonly<Record<string, string | number>>
  readonly openedAtMs: number
  readonly resolved?: ResolvedCase
}

export interface ResolvedCase {
  readonly resolution: CaseResolution
  readonly note: string
  /** Of the manual refund, e.g. the number of the payment order. */
  readonly reference?: string
  /** The client that resolved it. */
  readonly by: string
  readonly atMs: number
}
