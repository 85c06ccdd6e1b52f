/** The portal's rows, reference by reference, each beside the attempt that has the reference. */
import type { AttemptHere, ReadableRow } from '#domain/ports/reconciliation-stores.ts'
import type { Reconciliation } from '#domain/reconciliation.ts'
import type { SettlementFile } from '#domain/settlement.ts'
import type { ReconciliationDeps } from './deps.ts'
import { believable, judgeGroup, mainPayment, needsAsking, type ReferenceGroup } from './judge-row.ts'
import { askAll, portionSize, type Portion, type Question } from './portion.ts'

export async function compareFileRows(
  deps: Pick<ReconciliationDeps, 'settlements' | 'reconciliations' | 'confirmSettlement'>,
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
  const asked = await askAll(
    deps,
    run,
    groups.filter(needsAsking).flatMap((group) => questionOf(group, file)),
  )
  const judged = groups.flatMap((group) => judgeGroup(group, asked.get(group.here?.reference ?? '')))
  const last = references.at(-1)
  return { judged, cursor: references.length < portionSize || last === undefined ? 'ours ' : `file ${last}` }
}

function questionOf({ rows, here }: ReferenceGroup, { id, sha256 }: SettlementFile): Question[] {
  if (here === undefined) return []
  const main = mainPayment(believable(rows), here)
  if (main === undefined) return [{ here }]
  return [{ here, row: { settled: main.settled, line: main.line, file: { id, sha256 } } }]
}

function groupsOf(
  rows: ReadonlyMap<string, readonly ReadableRow[]>,
  attempts: readonly AttemptHere[],
): readonly ReferenceGroup[] {
  const byReference = new Map(attempts.map((attempt) => [attempt.reference, attempt]))
  return [...rows].map(([reference, of]) => ({ rows: of, here: byReference.get(reference) }))
}
