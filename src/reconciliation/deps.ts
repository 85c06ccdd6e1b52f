/** What reconciliation needs from the house; each file asks for its own share of it. */
import type { CallContext } from '#domain/call-context.ts'
import type { Clock, Ids } from '#domain/clock.ts'
import type { Accountability } from '#domain/ports/accountability.ts'
import type { CaseOpener } from '#domain/ports/case-opener.ts'
import type { ConfirmSettlement } from '#domain/ports/confirm-settlement.ts'
import type { ReconciliationQueue } from '#domain/ports/job-queue.ts'
import type { CaseStore, ReconciliationStore, SettlementStore } from '#domain/ports/reconciliation-stores.ts'
import type { UnitOfWork } from '#domain/ports/unit-of-work.ts'
import type { Spool } from './spool.ts'

/** A portal account as reconciliation sees it. */
export interface ReconciledPortal {
  readonly tenant: string
  readonly connection: string
  /** `MaDoiTac`: whose files these must be. */
  readonly partner: string
  /** Whether its dialect can be asked about one transaction; otherwise its file is the only word. */
  readonly isAskable: boolean
  /** Absent where the dialect has no settlement file: then only an upload brings one. */
  readonly fetchFile?: (
    date: string,
    accept: (chunk: Uint8Array) => Promise<void>,
    call: CallContext,
  ) => Promise<'file' | 'none'>
}

export interface ReconciliationDeps {
  /** Every configured portal account. */
  readonly portals: () => readonly ReconciledPortal[]
  readonly confirmSettlement: ConfirmSettlement
  readonly settlements: SettlementStore
  readonly reconciliations: ReconciliationStore
  readonly cases: CaseStore
  readonly caseOpener: CaseOpener
  readonly unitOfWork: UnitOfWork
  readonly accountability: Accountability
  readonly jobs: ReconciliationQueue
  readonly spool: Spool
  readonly clock: Clock
  readonly ids: Ids
  /** False when the tenant's portal is a simulator. */
  livemode(tenant: string): boolean
}

export const portalOf = (
  { portals }: Pick<ReconciliationDeps, 'portals'>,
  tenant: string,
  connection: string,
): ReconciledPortal | undefined =>
  portals().find((portal) => portal.tenant === tenant && portal.connection === connection)
