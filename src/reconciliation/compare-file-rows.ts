/** The portal's rows, reference by reference, each beside the attempt that has the reference. */
import type { AttemptHere, ReadableRow } from '#domain/ports/reconciliation-stores.ts'
import type { Reconciliation } from '#domain/reconciliation.ts'
import type { SettlementFile } from '#domain/settlement.ts'
import type { ReconciliationDeps } from './deps.ts'
import { judgeGroup, needsAsking, type ReferenceGroup } from './judge-row.ts'
import { askAll, portionSize, type Portion } from './portion.ts'

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
  const inQuestion = groups.filter(needsAsking).flatMap(({ here }) => (here === undefined ? [] : [here]))
  const asked = await askAll(deps, run, inQuestion)
  const judged = groups.flatMap((group) => judgeGroup(group, asked.get(group.here?.reference ?? '')))
  const last = references.at(-1)
  return { judged, cursor: references.length < portionSize || last === undefined ? 'ours ' : `file ${last}` }
}

function groupsOf(
  rows: ReadonlyMap<string, readonly ReadableRow[]>,
  attempts: readonly AttemptHere[],
): readonly ReferenceGroup[] {
  const byReference = new Map(attempts.map((attempt) => [attempt.reference, attempt]))
  return [...rows].map(([reference, of]) => ({ rows: of, here: byReference.get(reference) }))
}
