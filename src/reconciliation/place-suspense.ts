/**
 * Notifications of the day whose reference nobody knew when they came: by now the attempt may be known, then the portal is asked about
 * it; otherwise somebody paid for something that is not ours, and a person must look.
 */
import type { Reconciliation } from '#domain/reconciliation.ts'
import type { SettlementFile } from '#domain/settlement.ts'
import type { ReconciliationDeps } from './deps.ts'
import type { Judged } from './judge-row.ts'
import { askAll, portionSize, type Portion } from './portion.ts'
import { dayInVietnam } from '#domain/vietnam-date.ts'

export async function placeSuspense(
  deps: Pick<ReconciliationDeps, 'reconciliations' | 'confirmSettlement'>,
  run: Reconciliation,
  file: SettlementFile,
  after: string,
): Promise<Portion> {
  const { tenant, connection, date } = run
  const stranded = await deps.reconciliations.suspense({
    tenant,
    connection,
    fileId: file.id,
    ...dayInVietnam(date),
    after,
    limit: portionSize,
  })
  const references = [...new Set(stranded.map(({ reference }) => reference))]
  const attempts = references.length === 0 ? [] : await deps.reconciliations.attempts(tenant, connection, references)
  const known = new Set(attempts.map(({ reference }) => reference))
  await askAll(
    deps,
    run,
    attempts.filter(({ state }) => state !== 'paid').map((here) => ({ here })),
  )
  const judged = stranded.filter(({ reference }) => !known.has(reference)).map(judgeStranded)
  const last = stranded.at(-1)
  return { judged, cursor: stranded.length < portionSize || last === undefined ? 'done' : `suspense ${last.id}` }
}

const judgeStranded = ({
  reference,
  transactionId,
}: {
  readonly reference: string
  readonly transactionId: string
}): Judged => ({
  row: {
    outcome: 'missing_here',
    reference,
    transactionId,
    reason: 'notification',
    isHealed: false,
    isUnasked: false,
  },
  finding: { kind: 'unknown_reference', details: { reference, transactionId } },
})
