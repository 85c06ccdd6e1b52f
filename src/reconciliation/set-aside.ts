/** Rows that could not be read: they stand in the result for a person to see, and one case names their file. */
import type { Reconciliation } from '#domain/reconciliation.ts'
import type { SettlementFile } from '#domain/settlement.ts'
import type { ReconciliationDeps } from './deps.ts'
import type { Judged } from './judge-row.ts'
import { portionSize, type Portion } from './portion.ts'

export async function setAside(
  { settlements }: Pick<ReconciliationDeps, 'settlements'>,
  { tenant }: Reconciliation,
  file: SettlementFile,
  afterLine: number,
): Promise<Portion> {
  const rows = await settlements.quarantined(tenant, file.id, afterLine, portionSize)
  const judged = rows.map(({ line, problem }): Judged => ({
    row: { outcome: 'quarantined', line, reason: problem, isHealed: false, isUnasked: false },
    finding: {
      kind: 'quarantined_rows',
      details: { file: file.id, date: file.date, rows: file.quarantined },
    },
  }))
  const last = rows.at(-1)
  return { judged, cursor: rows.length < portionSize || last === undefined ? 'file ' : `aside ${last.line}` }
}
