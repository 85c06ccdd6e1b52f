/** Begins the comparison of one day: the row and its job, nothing slow. */
import { GatewayError } from '#domain/errors.ts'
import type { Write } from '#domain/ports/unit-of-work.ts'
import type { Reconciliation } from '#domain/reconciliation.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { reconciliationStep } from './audited-steps.ts'
import { portalOf, type ReconciledPortal, type ReconciliationDeps } from './deps.ts'
import { keyWrites, storedJson, type Keyed } from '#domain/keyed-answer.ts'
import { presentReconciliation, type ReconciliationView } from './present-reconciliation.ts'
import { dateInVietnam } from '#domain/vietnam-date.ts'

export interface DayOfPortal {
  readonly connection: string
  /** `YYYY-MM-DD`. */
  readonly date: string
}

export type StartReconciliation = (
  input: DayOfPortal,
  request: RequestContext,
  keyed?: Keyed,
) => Promise<ReconciliationView>

type Deps = Pick<
  ReconciliationDeps,
  'portals' | 'reconciliations' | 'unitOfWork' | 'accountability' | 'jobs' | 'clock' | 'ids' | 'livemode'
>

const acceptedStatus = 202

/** Throws `connection_not_found` and `date_not_over`. */
export function createStartReconciliation(deps: Deps): StartReconciliation {
  return async ({ connection, date }, request, keyed) => {
    const { tenant, clientId } = request.principal
    knownPortal(deps, tenant, connection)
    refuseFuture(date, deps.clock.nowMs())
    const run = newRun(deps, tenant, { connection, date }, `client:${clientId}`)
    const view = presentReconciliation(run, [], deps.livemode(tenant))
    const answer = storedJson(acceptedStatus, view)
    await begin(deps, run, { request, body: answer.body, more: keyWrites(keyed, answer, deps.clock.nowMs()) })
    return view
  }
}

export function knownPortal(
  deps: Pick<ReconciliationDeps, 'portals'>,
  tenant: string,
  connection: string,
): ReconciledPortal {
  const portal = portalOf(deps, tenant, connection)
  if (portal !== undefined) return portal
  throw new GatewayError('connection_not_found', 'the tenant has no portal account of this name')
}

export function refuseFuture(date: string, nowMs: number): void {
  if (date <= dateInVietnam(nowMs)) return
  throw new GatewayError('date_not_over', 'a day that has not begun has no settlement')
}

export const newRun = (
  { ids, clock }: Pick<ReconciliationDeps, 'ids' | 'clock'>,
  tenant: string,
  { connection, date }: DayOfPortal,
  askedBy: string,
): Reconciliation => ({
  id: ids.next('rec'),
  tenant,
  connection,
  date,
  state: 'running',
  cursor: 'start',
  askedBy,
  startedAtMs: clock.nowMs(),
})

interface Beginning {
  readonly request?: RequestContext
  readonly body?: string
  readonly more?: readonly Write[]
}

export async function begin(
  { unitOfWork, accountability, jobs, clock }: Pick<Deps, 'unitOfWork' | 'accountability' | 'jobs' | 'clock'>,
  run: Reconciliation,
  { request, body = '', more = [] }: Beginning = {},
): Promise<void> {
  const { tenant, connection, date, id } = run
  const entry = accountability.enter(
    reconciliationStep({
      tenant,
      ...(request === undefined ? {} : { request, httpStatus: acceptedStatus }),
      action: 'startReconciliation',
      result: 'reconciliation_started',
      connection,
      input: `${connection} ${date}`,
      output: body,
      latencyMs: request === undefined ? 0 : clock.monotonicMs() - request.startedAtMs,
    }),
  )
  await unitOfWork.commit({ tenant, entries: [entry], writes: [{ kind: 'reconciliation', row: run }, ...more] })
  jobs.enqueue({ kind: 'reconcile', tenant, reconciliationId: id }, clock.nowMs())
}
