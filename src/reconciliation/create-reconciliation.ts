/** The reconciliation module, put together. */
import type { ReconciliationDeps } from './deps.ts'
import { createManageCases, type ManageCases } from './manage-cases.ts'
import { createPlanReconciliations } from './plan-reconciliations.ts'
import { createPutSettlementFile, type PutSettlementFile } from './put-settlement-file.ts'
import { createReadReconciliations, type ReadReconciliations } from './read-reconciliations.ts'
import { createRunReconciliation, type RunReconciliation } from './run-reconciliation.ts'
import { createStartReconciliation, type StartReconciliation } from './start-reconciliation.ts'

export interface ReconciliationModule {
  readonly start: StartReconciliation
  readonly read: ReadReconciliations
  readonly putFile: PutSettlementFile
  readonly cases: ManageCases
  /** Jobs. */
  readonly run: RunReconciliation
  readonly plan: () => Promise<void>
}

export const createReconciliation = (deps: ReconciliationDeps): ReconciliationModule => ({
  start: createStartReconciliation(deps),
  read: createReadReconciliations(deps),
  putFile: createPutSettlementFile(deps),
  cases: createManageCases(deps),
  run: createRunReconciliation(deps),
  plan: createPlanReconciliations(deps),
})
