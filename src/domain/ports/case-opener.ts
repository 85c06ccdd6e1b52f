/** A case is something a person must look at: money that no rule of ours can put in its place by itself. */
import type { CaseKind } from '../case.ts'
import type { Write } from './unit-of-work.ts'

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
