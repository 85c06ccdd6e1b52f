/** What a person must look at, and how the looking ended. */
import type { CaseKind } from './ports/case-opener.ts'

export const caseStates = ['open', 'resolved'] as const
export type CaseState = (typeof caseStates)[number]

/** Every kind there is, for filters and their documentation. */
export const caseKinds = [
  'double_charge',
  'paid_besides',
  'obligation_paid_twice',
  'unknown_reference',
  'amount_differs',
  'state_differs',
  'missing_there',
  'refund_unknown',
  'transaction_reused',
  'quarantined_rows',
  'file_refused',
] as const satisfies readonly CaseKind[]

/** Kinds that end with money going back to a payer. */
export const refundCases: ReadonlySet<CaseKind> = new Set(['double_charge', 'paid_besides', 'obligation_paid_twice'])

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
