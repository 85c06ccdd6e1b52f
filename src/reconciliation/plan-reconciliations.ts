/**
 * Runs every hour: each day of the last week that is over must have been compared, with a file, and without a question left
 * open. A day whose last comparison healed something is compared once more, to see that nothing is left.
 */
import type { Reconciliation } from '#domain/reconciliation.ts'
import type { ReconciledPortal, ReconciliationDeps } from './deps.ts'
import { dateInVietnam } from '#domain/vietnam-date.ts'
import { begin, newRun } from './start-reconciliation.ts'

/** Files come late; after a week a person brings them. */
const daysBack = 7
const dayMs = 86_400_000

type Deps = Pick<
  ReconciliationDeps,
  'portals' | 'reconciliations' | 'unitOfWork' | 'accountability' | 'jobs' | 'clock' | 'ids'
>

export function createPlanReconciliations(deps: Deps): () => Promise<void> {
  return async () => {
    const nowMs = deps.clock.nowMs()
    const days = Array.from({ length: daysBack }, (_, index) => dateInVietnam(nowMs - (index + 1) * dayMs)).toReversed()
    for (const portal of deps.portals().filter(({ fetchFile }) => fetchFile !== undefined)) {
      for (const date of days) await plan(deps, portal, date)
    }
  }
}

async function plan(deps: Deps, { tenant, connection }: ReconciledPortal, date: string): Promise<void> {
  const last = await deps.reconciliations.newest(tenant, connection, date)
  if (last?.state === 'running') {
    // Its job may be lost; where it is not, the cursor keeps two of them apart.
    deps.jobs.enqueue({ kind: 'reconcile', tenant, reconciliationId: last.id }, deps.clock.nowMs())
    return
  }
  if (last !== undefined && (await isSettled(deps, last))) return
  if (last !== undefined && isWaitingForFile(last)) {
    deps.jobs.enqueue({ kind: 'reconcile', tenant, reconciliationId: last.id }, deps.clock.nowMs())
    return
  }
  await begin(deps, newRun(deps, tenant, { connection, date }, 'gateway'))
}

const isWaitingForFile = ({ state }: Reconciliation): boolean => state === 'no_file' || state === 'file_refused'

async function isSettled({ reconciliations }: Deps, { tenant, id, state }: Reconciliation): Promise<boolean> {
  if (state !== 'done') return false
  const totals = await reconciliations.totals(tenant, id)
  return totals.every(({ healed, unasked }) => healed === 0 && unasked === 0)
}
