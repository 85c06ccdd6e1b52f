/** Comparing three sides: what stands here, what the portal's file says, what the portal answers when asked. */
import type { Money } from './money.ts'
import type { AttemptState } from './payment.ts'
import type { FileRefusal } from './settlement.ts'

export const rowOutcomes = [
  'matched',
  /** The portal has it, this house does not. */
  'missing_here',
  /** Paid here, or left in doubt by a portal that cannot be asked, and in no file of it. */
  'missing_there',
  'amount_differs',
  'state_differs',
  /** The same row again, or a second transaction for what is paid already. */
  'duplicate',
  /** A refund both sides know. */
  'refunded',
  /** Not readable, or not to be believed. */
  'quarantined',
] as const
export type RowOutcome = (typeof rowOutcomes)[number]

export const reconciliationStates = ['running', 'done', 'no_file', 'file_refused'] as const
export type ReconciliationState = (typeof reconciliationStates)[number]

/** One comparison of one day of one portal account. */
export interface Reconciliation {
  /** `rec_…` */
  readonly id: string
  readonly tenant: string
  readonly connection: string
  /** `YYYY-MM-DD` in Vietnam. */
  readonly date: string
  readonly state: ReconciliationState
  /** How far it came: the fence of whoever works on it, and where a successor goes on. */
  readonly cursor: string
  readonly fileId?: string
  readonly refusal?: FileRefusal
  /** Lines of the file; absent until it is taken in. */
  readonly rowsInFile?: number
  /** `client:<id>` or `gateway`. */
  readonly askedBy: string
  readonly startedAtMs: number
  readonly finishedAtMs?: number
}

export interface ReconciliationRow {
  /** 1, 2, … within the reconciliation. */
  readonly position: number
  readonly outcome: RowOutcome
  /** Of the file; absent where the file lacks it. */
  readonly line?: number
  readonly reference?: string
  readonly transactionId?: string
  readonly transferId?: string
  readonly paymentId?: string
  readonly amountThere?: Money
  readonly amountHere?: Money
  readonly stateThere?: 'paid' | 'failed'
  /** As it stood before anything was healed. */
  readonly stateHere?: AttemptState
  /** The portal, asked, confirmed it: the difference is gone. */
  readonly isHealed: boolean
  /** The portal could not be asked: to be looked at again. */
  readonly isUnasked: boolean
  readonly caseId?: string
  /** Of a quarantined row, of a duplicate, or of what is missing although in doubt: why. */
  readonly reason?: string
}

export interface OutcomeTotal {
  readonly outcome: RowOutcome
  readonly count: number
  /** By the file; where the file lacks the row, by this house. */
  readonly sum: Money
  readonly healed: number
  readonly unasked: number
  /** Open ones: what a person has explained is explained. */
  readonly cases: number
}
