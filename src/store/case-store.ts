/** Reading cases. */
import type { Case, CaseResolution } from '#domain/case.ts'
import type { CaseKind } from '#domain/case.ts'
import type { CaseStore } from '#domain/ports/reconciliation-stores.ts'
import type { Database } from './database.ts'
import { pageOf, parseMarker } from './page-marker.ts'

export interface CaseRow {
  readonly id: string
  readonly tenant_id: string
  readonly kind: CaseKind
  readonly payment_id: string | null
  readonly connection: string | null
  readonly details: Readonly<Record<string, string | number>>
  readonly opened_at_ms: string
  readonly resolution: CaseResolution | null
  readonly note: string | null
  readonly resolution_reference: string | null
  readonly resolved_by: string | null
  readonly resolved_at_ms: string | null
}

export const createCaseStore = (database: Pick<Database, 'read'>): CaseStore => ({
  find: async (tenant, id) => {
    const [row] = await database.read<CaseRow>(tenant, {
      name: 'case-by-id',
      text: 'select * from gateway.cases where tenant_id = $1 and id = $2',
      values: [tenant, id],
    })
    return row === undefined ? undefined : toCase(row)
  },
  list: async (tenant, { state, kind, paymentId }, limit, after) => {
    const position = after === undefined ? undefined : parseMarker(after)
    const rows = await database.read<CaseRow>(tenant, {
      name: 'cases-list',
      text: `select * from gateway.cases where tenant_id = $1
        and ($2::text is null or (resolution is null) = ($2 = 'open')) and ($3::text is null or kind = $3)
        and ($4::text is null or payment_id = $4)
        and ($5::bigint is null or (opened_at_ms, id) < ($5, $6))
        order by opened_at_ms desc, id desc limit $7`,
      values: [
        tenant,
        state ?? null,
        kind ?? null,
        paymentId ?? null,
        position?.order ?? null,
        position?.id ?? null,
        limit + 1,
      ],
    })
    const marker = (row: CaseRow) => ({ order: Number(row.opened_at_ms), id: row.id })
    return pageOf(rows, limit, { item: toCase, marker })
  },
})

export const toCase = (row: CaseRow): Case => ({
  id: row.id,
  tenant: row.tenant_id,
  kind: row.kind,
  state: row.resolution === null ? 'open' : 'resolved',
  ...(row.payment_id === null ? {} : { paymentId: row.payment_id }),
  ...(row.connection === null ? {} : { connection: row.connection }),
  details: row.details,
  openedAtMs: Number(row.opened_at_ms),
  ...(row.resolution === null
    ? {}
    : {
        resolved: {
          resolution: row.resolution,
          note: row.note ?? '',
          ...(row.resolution_reference === null ? {} : { reference: row.resolution_reference }),
          by: row.resolved_by ?? '',
          atMs: Number(row.resolved_at_ms),
        },
      }),
})
