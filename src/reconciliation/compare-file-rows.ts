/** The portal's rows, reference by reference, each beside the attempt that has the reference. */
import type { AttemptHere, ReadableRow } from '#domain/ports/reconciliation-stores.ts'
import type { Reconciliation } from '#domain/reconciliation.ts'
import type { SettlementFile } from '#domain/settlement.ts'
import { caseIdOf } from './case-opener.ts'
import type { ReconciliationDeps } from './deps.ts'
import { believable, judgeGroup, mainPayment, needsAsking, subjectOf, type ReferenceGroup } from './judge-row.ts'
import { askAll, portionSize, type Portion, type Question } from './portion.ts'

export async function compareFileRows(
  deps: Pick<ReconciliationDeps, 'settlements' | 'reconciliations' | 'confirmSettlement' | 'cases'>,
  run: Reconciliation,
  file: SettlementFile,
  after: string,
): Promise<Portion> {
  const { tenant, connection } = run
  const rows = await deps.settlements.rowsByReference(tenant, file.id, after, portionSize)
  const byReference = Map.groupBy(rows, ({ settled }) => settled.reference)
  const references = [...byReference.keys()]
  const attempts = references.length === 0 ? [] : await deps.reconciliations.attempts(tenant, connection, references)
  const groups = groupsOf(byReference, attempts)
  const questions = await Promise.all(groups.filter(needsAsking).map((group) => questionOf(deps, run, group, file)))
  const asked = await askAll(deps, run, questions.flat())
  const judged = groups.flatMap((group) => judgeGroup(group, asked.get(group.here?.reference ?? '')))
  const last = references.at(-1)
  return { judged, cursor: references.length < portionSize || last === undefined ? 'ours ' : `file ${last}` }
}

async function questionOf(
  deps: Pick<ReconciliationDeps, 'cases'>,
  run: Reconciliation,
  { rows, here }: ReferenceGroup,
  { id, sha256 }: SettlementFile,
): Promise<readonly Question[]> {
  if (here === undefined) return []
  const main = mainPayment(believable(rows), here)
  if (main === undefined) return [{ here }]
  const row = { settled: main.settled, line: main.line, file: { id, sha256 } }
  const sinceMs = await takenBackSince(deps, run, here, main)
  return [{ here, row, ...(sinceMs === undefined ? {} : { takenBackSinceMs: sinceMs }) }]
}

/** Since when file and portal are known to take back what is paid here: whoever saw it first opened a case. */
async function takenBackSince(
  { cases }: Pick<ReconciliationDeps, 'cases'>,
  { tenant, connection }: Reconciliation,
  { state, paymentId }: AttemptHere,
  row: ReadableRow,
): Promise<number | undefined> {
  if (state !== 'paid' || row.settled.standing !== 'failed') return undefined
  const subject = { tenant, kind: 'taken_back', connection, paymentId, details: subjectOf(row) } as const
  const found = await cases.find(tenant, caseIdOf(subject))
  // Who looked at it and closed it knows better than two machines that agree.
  return found?.state === 'open' ? found.openedAtMs : undefined
}

function groupsOf(
  rows: ReadonlyMap<string, readonly ReadableRow[]>,
  attempts: readonly AttemptHere[],
): readonly ReferenceGroup[] {
  const byReference = new Map(attempts.map((attempt) => [attempt.reference, attempt]))
  return [...rows].map(([reference, of]) => ({ rows: of, here: byReference.get(reference) }))
}
