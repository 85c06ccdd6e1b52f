/** Reading what reconciliation keeps. Every method names its tenant, as in `stores.ts`. */
import type { Case, CaseState } from '../case.ts'
import type { AttemptState } from '../payment.ts'
import type { Money } from '../money.ts'
import type { OutcomeTotal, Reconciliation, ReconciliationRow, RowOutcome } from '../reconciliation.ts'
import type { SettledTransaction, SettlementFile } from '../settlement.ts'
import type { CaseKind } from '../case.ts'
import type { Page } from './stores.ts'

/** A readable row of a file, and whether its transaction id names another reference as well, in whatever file. */
export interface ReadableRow {
  readonly line: number
  readonly settled: SettledTransaction
  readonly isReused: boolean
}

/** A readable row and the payment it paid for, if this house knows it. */
export interface TransferRow {
  readonly date: string
  readonly line: number
  readonly settled: SettledTransaction
  readonly paymentId?: string
  readonly dossierCode?: string
}

export interface SettlementStore {
  find(tenant: string, fileId: string): Promise<SettlementFile | undefined>
  /** The one received last. */
  newest(tenant: string, connection: string, date: string): Promise<SettlementFile | undefined>
  /** Rows of the next `limit` references after `after`, whole references only, in the order of reference and line. */
  rowsByReference(tenant: string, fileId: string, after: string, limit: number): Promise<readonly ReadableRow[]>
  quarantined(
    tenant: string,
    fileId: string,
    afterLine: number,
    limit: number,
  ): Promise<readonly { readonly line: number; readonly problem: string; readonly raw: string }[]>
  /** What one bank transfer is made of, by day and line. */
  transfer(tenant: string, transferId: string, limit: number, after?: string): Promise<Page<TransferRow>>
}

/** An attempt as reconciliation looks at it. */
export interface AttemptHere {
  readonly paymentId: string
  readonly attemptId: string
  readonly reference: string
  readonly state: AttemptState
  readonly amount: Money
  /** Of the whole payment. */
  readonly refunded: Money
  readonly transactionId?: string
}

export interface ReconciliationStore {
  find(tenant: string, id: string): Promise<Reconciliation | undefined>
  /** Newest first. */
  list(
    tenant: string,
    filter: { readonly connection?: string },
    limit: number,
    after?: string,
  ): Promise<Page<Reconciliation>>
  newest(tenant: string, connection: string, date: string): Promise<Reconciliation | undefined>
  totals(tenant: string, id: string): Promise<readonly OutcomeTotal[]>
  /** How many rows it has so far. */
  rowCount(tenant: string, id: string): Promise<number>
  rows(
    tenant: string,
    id: string,
    filter: { readonly outcome?: RowOutcome },
    limit: number,
    after?: string,
  ): Promise<Page<ReconciliationRow>>
  attempts(tenant: string, connection: string, references: readonly string[]): Promise<readonly AttemptHere[]>
  /**
   * Attempts that are paid, were first found so in [fromMs, untilMs), and that no whole file of the connection calls
   * paid; in the order of their ids.
   */
  paidWithoutRow(question: {
    readonly tenant: string
    readonly connection: string
    readonly fromMs: number
    readonly untilMs: number
    readonly after: string
    readonly limit: number
  }): Promise<readonly AttemptHere[]>
  /**
   * Attempts in doubt or cancelling of which nothing is due, that were told of or expired in [fromMs, untilMs), and that no
   * whole file of the connection names; in the order of their ids.
   */
  doubtWithoutRow(question: {
    readonly tenant: string
    readonly connection: string
    readonly fromMs: number
    readonly untilMs: number
    readonly after: string
    readonly limit: number
  }): Promise<readonly AttemptHere[]>
  /**
   * Notifications of [fromMs, untilMs) that nobody could place when they came, and whose reference the file does not name
   * either. By id.
   */
  suspense(question: {
    readonly tenant: string
    readonly connection: string
    readonly fileId: string
    readonly fromMs: number
    readonly untilMs: number
    readonly after: string
    readonly limit: number
  }): Promise<readonly { readonly id: string; readonly reference: string; readonly transactionId: string }[]>
}

export interface CaseFilter {
  readonly state?: CaseState
  readonly kind?: CaseKind
  readonly paymentId?: string
}

export interface CaseStore {
  find(tenant: string, id: string): Promise<Case | undefined>
  /** Newest first. */
  list(tenant: string, filter: CaseFilter, limit: number, after?: string): Promise<Page<Case>>
}
