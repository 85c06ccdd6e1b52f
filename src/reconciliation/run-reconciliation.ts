/**
 * The job that compares one day of one portal account, in portions. Each portion is one commit that expects the cursor where
 * the last one left it: a job that died goes on from there, and of two that run at once one changes nothing.
 */
import type { ReconcileJob } from '#domain/ports/job-queue.ts'
import { CommitConflict, type ReconciliationMove, type Write } from '#domain/ports/unit-of-work.ts'
import type { Reconciliation, ReconciliationRow } from '#domain/reconciliation.ts'
import type { SettlementFile } from '#domain/settlement.ts'
import { reconciliationStep } from './audited-steps.ts'
import { caseIdOf } from './case-opener.ts'
import { compareDoubts } from './compare-doubts.ts'
import { compareFileRows } from './compare-file-rows.ts'
import { compareOurs } from './compare-ours.ts'
import { portalOf, type ReconciliationDeps } from './deps.ts'
import { fetchFile, type Fetched } from './fetch-file.ts'
import type { Judged } from './judge-row.ts'
import { placeSuspense } from './place-suspense.ts'
import type { Portion } from './portion.ts'
import { setAside } from './set-aside.ts'

export type RunReconciliation = (job: ReconcileJob) => Promise<void>

/** Rejects when the store is away or the portal did not hand out its file for trouble of its own: it is tried again. */
export function createRunReconciliation(deps: ReconciliationDeps): RunReconciliation {
  return async ({ tenant, reconciliationId }) => {
    let run = await deps.reconciliations.find(tenant, reconciliationId)
    if (run === undefined || run.state === 'done') return
    if (run.fileId === undefined) run = await takeFile(deps, run)
    if (run?.fileId === undefined) return
    const file = await deps.settlements.find(tenant, run.fileId)
    if (file === undefined) return
    await compare(deps, run, file)
  }
}

async function takeFile(deps: ReconciliationDeps, run: Reconciliation): Promise<Reconciliation | undefined> {
  const portal = portalOf(deps, run.tenant, run.connection)
  const fetched = portal === undefined ? ({ kind: 'none' } as const) : await fetchFile(deps, portal, run.date)
  const file = fetched.kind === 'taken' ? fetched.file : await uploaded(deps, run)
  if (file !== undefined) {
    return advance(deps, run, { state: 'running', cursor: 'aside 0', fileId: file.id, rowsInFile: file.rows }, [])
  }
  if (fetched.kind === 'trouble') throw fetched.error
  await advance(deps, run, withoutFile(fetched, deps.clock.nowMs()), [])
  return undefined
}

/** What a clerk brought stands in for a file that the portal lacks, spoiled or does not hand out. */
const uploaded = ({ settlements }: ReconciliationDeps, { tenant, connection, date }: Reconciliation) =>
  settlements.newest(tenant, connection, date)

const withoutFile = (fetched: Fetched, finishedAtMs: number) =>
  fetched.kind === 'refused'
    ? ({ state: 'file_refused', cursor: 'start', refusal: fetched.refusal, finishedAtMs } as const)
    : ({ state: 'no_file', cursor: 'start', finishedAtMs } as const)

async function compare(deps: ReconciliationDeps, begun: Reconciliation, file: SettlementFile): Promise<void> {
  let run: Reconciliation | undefined = begun
  let count = await deps.reconciliations.rowCount(run.tenant, run.id)
  while (run !== undefined && run.state === 'running') {
    const { judged, cursor } = await nextPortion(deps, run, file)
    const rows = judged.map(numbered(run, count))
    count += rows.length
    const end = cursor === 'done' ? ({ state: 'done', finishedAtMs: deps.clock.nowMs() } as const) : {}
    run = await advance(deps, run, { cursor, ...end }, [
      ...(rows.length === 0 ? [] : [{ kind: 'reconciliation_rows', reconciliationId: run.id, rows } as const]),
      ...caseWrites(deps, run, judged),
      ...postingWrites(deps, judged),
    ])
  }
}

function nextPortion(deps: ReconciliationDeps, run: Reconciliation, file: SettlementFile): Promise<Portion> {
  const [phase, after = ''] = run.cursor.split(' ', 2)
  switch (phase) {
    case 'aside':
      return setAside(deps, run, file, Number(after))
    case 'file':
      return compareFileRows(deps, run, file, after)
    case 'ours':
      return compareOurs(deps, run, after)
    case 'doubts':
      return compareDoubts(deps, run, after)
    case 'suspense':
      return placeSuspense(deps, run, file, after)
    default:
      throw new Error('a reconciliation without a known place to go on')
  }
}

const numbered =
  (run: Reconciliation, before: number) =>
  ({ row, finding }: Judged, index: number): ReconciliationRow => ({
    ...row,
    position: before + index + 1,
    ...(finding === undefined ? {} : { caseId: caseIdOf(newCase(run, { row, finding })) }),
  })

type Found = Judged & { readonly finding: NonNullable<Judged['finding']> }

const newCase = ({ tenant, connection }: Reconciliation, { row, finding }: Found) => ({
  tenant,
  kind: finding.kind,
  connection,
  ...(row.paymentId === undefined ? {} : { paymentId: row.paymentId }),
  details: finding.details,
})

/** Two rows may have found the same thing; a unit of work writes it once. */
function caseWrites({ caseOpener }: ReconciliationDeps, run: Reconciliation, judged: readonly Judged[]): Write[] {
  const found = judged.filter((one): one is Found => one.finding !== undefined).map((one) => newCase(run, one))
  const distinct = new Map(found.map((one) => [caseIdOf(one), one]))
  return [...distinct.values()].flatMap((one) => caseOpener.open(one))
}

/** A row that stands in another file as well, or was compared before, is posted already and stays so. */
const postingWrites = ({ clock }: Pick<ReconciliationDeps, 'clock'>, judged: readonly Judged[]): Write[] =>
  judged.flatMap(({ posting }) =>
    posting === undefined ? [] : [{ kind: 'posting', posting: { ...posting, postedAtMs: clock.nowMs() } }],
  )

type Step = Omit<ReconciliationMove, 'id' | 'expectedCursor'>

/** The run after the step; `undefined` where somebody else was faster. */
async function advance(
  deps: ReconciliationDeps,
  run: Reconciliation,
  step: Step,
  writes: readonly Write[],
): Promise<Reconciliation | undefined> {
  const { tenant, id, cursor } = run
  const move: Write = { kind: 'reconciliation_move', move: { id, expectedCursor: cursor, ...step } }
  const isStep = writes.length > 0 || step.state !== undefined
  try {
    const entries = isStep ? [stepEntry(deps, run, step, writes.length)] : []
    await deps.unitOfWork.commit({ tenant, entries, writes: [move, ...writes] })
    return { ...run, ...step }
  } catch (error) {
    if (error instanceof CommitConflict && error.conflict === 'stale') return undefined
    throw error
  }
}

const stepEntry = ({ accountability }: ReconciliationDeps, run: Reconciliation, step: Step, writes: number) =>
  accountability.enter(
    reconciliationStep({
      tenant: run.tenant,
      action: 'reconcile',
      result: step.state === undefined ? 'reconciliation_advanced' : `reconciliation_${step.state}`,
      connection: run.connection,
      input: `${run.id} ${run.date} ${run.cursor}`,
      output: `${step.cursor} ${writes}`,
      latencyMs: 0,
    }),
  )
