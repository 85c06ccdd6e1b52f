/** Reading settlement files. Rows count only where their file's own row is there. */
import { money } from '#domain/money.ts'
import type { SettlementStore } from '#domain/ports/reconciliation-stores.ts'
import type { SettledTransaction, SettlementFile } from '#domain/settlement.ts'
import type { Database } from './database.ts'
import { pageOf, parseMarker } from './page-marker.ts'

interface FileRow {
  readonly id: string
  readonly connection: string
  readonly day: string
  readonly sha256: string
  readonly source: 'portal' | 'upload'
  readonly row_count: number
  readonly quarantined: number
  readonly sum_dong: string
  readonly received_at_ms: string
}

interface ReadableFileRow {
  readonly line: number
  readonly kind: 'payment' | 'refund'
  readonly transaction_id: string
  readonly reference: string
  readonly refund_reference: string | null
  readonly amount_dong: string
  readonly standing: 'paid' | 'failed'
  readonly settled_at_ms: string
  readonly bank_code: string | null
  readonly transfer_id: string | null
}

const fileColumns = `select id, connection, settled_on::text as day, sha256, source, row_count, quarantined, sum_dong,
    received_at_ms from gateway.settlement_files`

export function createSettlementStore(database: Pick<Database, 'read'>): SettlementStore {
  return {
    find: async (tenant, fileId) => {
      const [row] = await database.read<FileRow>(tenant, {
        name: 'settlement-file-by-id',
        text: `${fileColumns} where tenant_id = $1 and id = $2`,
        values: [tenant, fileId],
      })
      return row === undefined ? undefined : toFile(row)
    },

    newest: async (tenant, connection, date) => {
      const [row] = await database.read<FileRow>(tenant, {
        name: 'settlement-file-newest',
        text: `${fileColumns} where tenant_id = $1 and connection = $2 and settled_on = $3::date
          order by received_at_ms desc, id desc limit 1`,
        values: [tenant, connection, date],
      })
      return row === undefined ? undefined : toFile(row)
    },

    // A reference is taken with all its rows or not at all: what is said of one depends on the others.
    rowsByReference: async (tenant, fileId, after, limit) => {
      const rows = await database.read<ReadableFileRow & { is_reused: boolean }>(tenant, {
        name: 'settlement-rows-by-reference',
        text: `select s.line, s.kind, s.transaction_id, s.reference, s.refund_reference, s.amount_dong, s.standing,
            s.settled_at_ms, s.bank_code, s.transfer_id,
            exists (select from gateway.settlement_rows o
              join gateway.settlement_files f on f.id = o.file_id
              where o.tenant_id = s.tenant_id and o.transaction_id = s.transaction_id and o.kind = s.kind
                and o.reference <> s.reference
                and f.connection = (select connection from gateway.settlement_files where id = s.file_id)) as is_reused
          from gateway.settlement_rows s
          where s.tenant_id = $1 and s.file_id = $2 and s.reference in (
            select distinct reference collate "C" from gateway.settlement_rows
            where tenant_id = $1 and file_id = $2 and reference collate "C" > $3
            order by reference collate "C" limit $4)
          order by s.reference collate "C", s.line`,
        values: [tenant, fileId, after, limit],
      })
      return rows.map((row) => ({ line: row.line, settled: toSettled(row), isReused: row.is_reused }))
    },

    quarantined: async (tenant, fileId, afterLine, limit) =>
      database.read<{ line: number; problem: string; raw: string }>(tenant, {
        name: 'settlement-rows-quarantined',
        text: `select line, problem, raw from gateway.settlement_rows
          where tenant_id = $1 and file_id = $2 and problem is not null and line > $3 order by line limit $4`,
        values: [tenant, fileId, afterLine, limit],
      }),

    transfer: async (tenant, transferId, limit, after) => {
      const position = after === undefined ? undefined : parseMarker(after)
      const rows = await database.read<TransferFileRow>(tenant, {
        name: 'settlement-rows-of-transfer',
        // The file received last speaks for its day: a corrected one replaces what it corrects.
        text: `select s.line, s.kind, s.transaction_id, s.reference, s.refund_reference, s.amount_dong, s.standing,
            s.settled_at_ms, s.bank_code, s.transfer_id, f.settled_on::text as day, p.id as payment_id, p.dossier_code,
            (extract(epoch from f.settled_on) / 86400)::bigint as day_number
          from gateway.settlement_rows s
          join lateral (
            select * from gateway.settlement_files n where n.id = s.file_id and not exists (
              select from gateway.settlement_files l where l.tenant_id = n.tenant_id and l.connection = n.connection
                and l.settled_on = n.settled_on and (l.received_at_ms, l.id) > (n.received_at_ms, n.id))
          ) f on true
          left join gateway.payment_attempts a on a.portal_reference = s.reference and a.connection = f.connection
          left join gateway.payments p on p.id = a.payment_id
          where s.tenant_id = $1 and s.transfer_id = $2
            and ($3::bigint is null
              or ((extract(epoch from f.settled_on) / 86400)::bigint, lpad(s.line::text, 10, '0')) > ($3::bigint, $4::text))
          order by f.settled_on, s.line limit $5`,
        values: [tenant, transferId, position?.order ?? null, position?.id ?? null, limit + 1],
      })
      return pageOf(rows, limit, {
        item: (row) => ({
          date: row.day,
          line: row.line,
          settled: toSettled(row),
          ...(row.payment_id === null ? {} : { paymentId: row.payment_id }),
          ...(row.dossier_code === null ? {} : { dossierCode: row.dossier_code }),
        }),
        marker: (row) => ({ order: Number(row.day_number), id: String(row.line).padStart(10, '0') }),
      })
    },
  }
}

interface TransferFileRow extends ReadableFileRow {
  readonly day: string
  readonly day_number: string
  readonly payment_id: string | null
  readonly dossier_code: string | null
}

const toFile = (row: FileRow): SettlementFile => ({
  id: row.id,
  connection: row.connection,
  date: row.day,
  sha256: row.sha256,
  rows: row.row_count,
  quarantined: row.quarantined,
  sum: money(BigInt(row.sum_dong)),
  source: row.source,
  receivedAtMs: Number(row.received_at_ms),
})

const toSettled = (row: ReadableFileRow): SettledTransaction => ({
  kind: row.kind,
  transactionId: row.transaction_id,
  reference: row.reference,
  ...(row.refund_reference === null ? {} : { refundReference: row.refund_reference }),
  amount: money(BigInt(row.amount_dong)),
  standing: row.standing,
  settledAtMs: Number(row.settled_at_ms),
  ...(row.bank_code === null ? {} : { bankCode: row.bank_code }),
  ...(row.transfer_id === null ? {} : { transferId: row.transfer_id }),
})
