/** A case is something a person must look at: money that no rule of ours can put in its place by itself. */
import type { Write } from './unit-of-work.ts'

export type CaseKind =
  /** Another transaction of the portal took money for an attempt that is paid already. */
  | 'double_charge'
  /** A former attempt turned out paid while another one of the same payment is live or paid. */
  | 'paid_besides'
  /** A former attempt turned out paid while another payment collects the same obligation. */
  | 'obligation_paid_twice'
  /** The portal took money under a reference that is not ours. */
  | 'unknown_reference'
  /** The portal took another amount than was asked for. */
  | 'amount_differs'
  /** The settlement file and the portal's own answer, or this house, disagree on whether money moved. */
  | 'state_differs'
  /** Paid here, and in no settlement file. */
  | 'missing_there'
  /** The portal gave money back that nobody here asked for. */
  | 'refund_unknown'
  /** One transaction id of the portal stands for two references. */
  | 'transaction_reused'
  /** A settlement file has rows that cannot be read. */
  | 'quarantined_rows'
  /** A settlement file is not whole, so nothing was posted from it. */
  | 'file_refused'

export interface NewCase {
  readonly tenant: string
  readonly kind: CaseKind
  readonly paymentId?: string
  /** The configured portal account. */
  readonly connection?: string
  /** Our ids and the portal's, amounts in đồng. No personal data. Two openings with equal details are one case. */
  readonly details: Readonly<Record<string, string | number>>
}

export interface CaseOpener {
  /** What is to be written into the unit of the step that found it, so that neither exists without the other. */
  open(found: NewCase): readonly Write[]
}
