/**
 * Takes in one settlement file, from the portal or from a clerk: whole or not at all. Its rows go in first, in portions;
 * the file's own row is the last and makes them count, so a process that dies half-way leaves nothing that is believed.
 */
import type { FileRefusal, SettlementFile, SettlementRow } from '#domain/settlement.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { reconciliationStep } from './audited-steps.ts'
import type { ReconciliationDeps, ReconciledPortal } from './deps.ts'
import { derivedId } from './derived-id.ts'
import { readSettlementFile, type FileVerdict } from './settlement-reader.ts'
import type { Spooled } from './spool.ts'

export type TakeInDeps = Pick<
  ReconciliationDeps,
  'settlements' | 'unitOfWork' | 'accountability' | 'caseOpener' | 'clock'
>

export interface ArrivedFile {
  readonly portal: Pick<ReconciledPortal, 'tenant' | 'connection' | 'partner'>
  /** `YYYY-MM-DD`. */
  readonly date: string
  readonly source: SettlementFile['source']
  readonly spooled: Spooled
  readonly request?: RequestContext
  readonly startedMs: number
}

export type TakenIn =
  | { readonly kind: 'taken'; readonly file: SettlementFile; readonly isNew: boolean }
  | { readonly kind: 'refused'; readonly refusal: FileRefusal }

/** Rows per commit: some 100 KiB of parameters. */
const portion = 500

export async function takeInFile(deps: TakeInDeps, arrived: ArrivedFile): Promise<TakenIn> {
  const { portal, date, spooled } = arrived
  const { tenant, connection, partner } = portal
  const sha256 = spooled.sha256()
  const id = derivedId('stf', { tenant, connection, date, sha256 })
  const known = await deps.settlements.find(tenant, id)
  if (known !== undefined) return { kind: 'taken', file: known, isNew: false }
  const expected = { partner, date }
  const verdict: FileVerdict = spooled.isTooLarge()
    ? { kind: 'refused', refusal: 'too_large' }
    : await readSettlementFile(spooled.read(), expected)
  if (verdict.kind === 'refused') return refuse(deps, arrived, sha256, verdict.refusal)

  await storeRows(deps, tenant, id, (take) => readSettlementFile(spooled.read(), expected, take))
  const file: SettlementFile = {
    id,
    connection,
    date,
    sha256,
    rows: verdict.rows,
    quarantined: verdict.quarantined,
    sum: { dong: verdict.sumDong },
    source: arrived.source,
    receivedAtMs: deps.clock.nowMs(),
  }
  await deps.unitOfWork.commit({
    tenant,
    entries: [entry(deps, arrived, 'settlement_file_taken', file.id)],
    writes: [{ kind: 'settlement_file', row: file }],
  })
  return { kind: 'taken', file, isNew: true }
}

async function storeRows(
  { unitOfWork }: TakeInDeps,
  tenant: string,
  fileId: string,
  read: (take: (row: SettlementRow) => Promise<void>) => Promise<unknown>,
): Promise<void> {
  let rows: SettlementRow[] = []
  const flush = async () => {
    if (rows.length === 0) return
    await unitOfWork.commit({ tenant, entries: [], writes: [{ kind: 'settlement_rows', fileId, rows }] })
    rows = []
  }
  await read(async (row) => {
    rows.push(row)
    if (rows.length >= portion) await flush()
  })
  await flush()
}

async function refuse(deps: TakeInDeps, arrived: ArrivedFile, sha256: string, refusal: FileRefusal): Promise<TakenIn> {
  const { tenant, connection } = arrived.portal
  await deps.unitOfWork.commit({
    tenant,
    entries: [entry(deps, arrived, `settlement_file_${refusal}`, sha256)],
    writes: deps.caseOpener.open({
      tenant,
      kind: 'file_refused',
      connection,
      details: { date: arrived.date, sha256, refusal },
    }),
  })
  return { kind: 'refused', refusal }
}

function entry({ accountability, clock }: TakeInDeps, arrived: ArrivedFile, result: string, output: string) {
  const { portal, request, date, startedMs } = arrived
  return accountability.enter(
    reconciliationStep({
      tenant: portal.tenant,
      ...(request === undefined ? {} : { request }),
      action: arrived.source === 'upload' ? 'putSettlementFile' : 'reconcile',
      result,
      connection: portal.connection,
      input: date,
      output,
      latencyMs: clock.monotonicMs() - startedMs,
    }),
  )
}
