/** Reading reconciliations, and what reconciliation must know of attempts and notifications. */
import { money } from '#domain/money.ts'
import type { AttemptState } from '#domain/payment.ts'
import type { AttemptHere, ReconciliationStore } from '#domain/ports/reconciliation-stores.ts'
import type { Reconciliation, ReconciliationRow, ReconciliationState, RowOutcome } from '#domain/reconciliation.ts'
import type { FileRefusal } from '#domain/settlement.ts'
import type { Database } from './database.ts'
import { pageOf, parseMarker } from './page-marker.ts'

const runColumns = `select id, tenant_id, connection, settled_on::text as day, state, cursor, file_id, refusal, rows_in_file,
    asked_by, started_at_ms, finished_at_ms from gateway.reconciliations`

const attemptColumns = `select a.id as attempt_id, a.payment_id, a.portal_reference, a.state, a.portal_transaction_id,
    p.amount_dong, p.refunded_dong
  from gateway.payment_attempts a join gateway.payments p on p.id = a.payment_id`

export function createReconciliationStore(database: Pick<Database, 'read'>): ReconciliationStore {
  return {
    find: async (tenant, id) => {
      const [row] = await database.read<RunRow>(tenant, {
        name: 'reconciliation-by-id',
        text: `${runColumns} where tenant_id = $1 and id = $2`,
        values: [tenant, id],
      })
      return row === undefined ? undefined : toRun(row)
    },

    list: async (tenant, { connection }, limit, after) => {
      const position = after === undefined ? undefined : parseMarker(after)
      const rows = await database.read<RunRow>(tenant, {
        name: 'reconciliations-list',
        text: `${runColumns} where tenant_id = $1 and ($2::text is null or connection = $2)
          and ($3::bigint is null or (started_at_ms, id) < ($3, $4))
          order by started_at_ms desc, id desc limit $5`,
        values: [tenant, connection ?? null, position?.order ?? null, position?.id ?? null, limit + 1],
      })
      const marker = (row: RunRow) => ({ order: Number(row.started_at_ms), id: row.id })
      return pageOf(rows, limit, { item: toRun, marker })
    },

    newest: async (tenant, connection, date) => {
      const [row] = await database.read<RunRow>(tenant, {
        name: 'reconciliation-newest',
        text: `${runColumns} where tenant_id = $1 and connection = $2 and settled_on = $3::date
          order by started_at_ms desc, id desc limit 1`,
        values: [tenant, connection, date],
      })
      return row === undefined ? undefined : toRun(row)
    },

    totals: async (tenant, id) => {
      const rows = await database.read<TotalRow>(tenant, {
        name: 'reconciliation-totals',
        text: `select r.outcome, count(*)::integer as count,
            sum(coalesce(r.amount_there_dong, r.amount_here_dong, 0))::bigint as sum,
            count(*) filter (where r.is_healed)::integer as healed, count(*) filter (where r.is_unasked)::integer as unasked,
            count(distinct c.id)::integer as cases
          from gateway.reconciliation_rows r
          left join gateway.cases c on c.id = r.case_id and c.resolution is null
          where r.tenant_id = $1 and r.reconciliation_id = $2 group by r.outcome order by r.outcome`,
        values: [tenant, id],
      })
      return rows.map(({ sum, ...row }) => ({ ...row, sum: money(BigInt(sum)) }))
    },

    rowCount: async (tenant, id) => {
      const [row] = await database.read<{ last: number | null }>(tenant, {
        name: 'reconciliation-row-count',
        text: `select max(position) as last from gateway.reconciliation_rows where tenant_id = $1 and reconciliation_id = $2`,
        values: [tenant, id],
      })
      return row?.last ?? 0
    },

    rows: async (tenant, id, { outcome }, limit, after) => {
      const rows = await database.read<JudgedRow>(tenant, {
        name: 'reconciliation-rows',
        text: `select * from gateway.reconciliation_rows
          where tenant_id = $1 and reconciliation_id = $2 and ($3::text is null or outcome = $3) and position > $4
          order by position limit $5`,
        values: [tenant, id, outcome ?? null, after === undefined ? 0 : parseMarker(after).order, limit + 1],
      })
      return pageOf(rows, limit, { item: toJudged, marker: ({ position }) => ({ order: position, id: 'row' }) })
    },

    attempts: async (tenant, connection, references) => {
      const rows = await database.read<AttemptRow>(tenant, {
        name: 'reconciled-attempts',
        text: `${attemptColumns} where a.tenant_id = $1 and a.connection = $2 and a.portal_reference = any($3::text[])`,
        values: [tenant, connection, references],
      })
      return rows.map(toAttempt)
    },

    paidWithoutRow: async ({ tenant, connection, fromMs, untilMs, after, limit }) => {
      const rows = await database.read<AttemptRow>(tenant, {
        name: 'paid-without-row',
        text: `${attemptColumns}
          where a.tenant_id = $1 and a.connection = $2 and a.state = 'paid' and a.id > $5
            and (select min(e.created_at_ms) from gateway.payment_events e
              where e.payment_id = a.payment_id and e.attempt_id = a.id and e.to_state = 'paid')
                <@ int8range($3::bigint, $4::bigint)
            and not exists (select from gateway.settlement_rows s join gateway.settlement_files f on f.id = s.file_id
              where s.tenant_id = $1 and s.reference = a.portal_reference and s.kind = 'payment' and s.standing = 'paid'
                and f.connection = $2)
          order by a.id limit $6`,
        values: [tenant, connection, fromMs, untilMs, after, limit],
      })
      return rows.map(toAttempt)
    },

    doubtWithoutRow: async ({ tenant, connection, fromMs, untilMs, after, limit }) => {
      const rows = await database.read<AttemptRow>(tenant, {
        name: 'doubt-without-row',
        text: `${attemptColumns}
          where a.tenant_id = $1 and a.connection = $2 and a.state in ('in_doubt', 'cancelling') and a.due_at_ms is null
            and a.id > $5
            and (select case e.cause when 'told_unconfirmed' then e.created_at_ms
                else greatest(e.created_at_ms, a.expires_at_ms) end
              from gateway.payment_events e
              where e.payment_id = a.payment_id and e.attempt_id = a.id and e.to_state = a.state
              order by e.sequence desc limit 1) <@ int8range($3::bigint, $4::bigint)
            and not exists (select from gateway.settlement_rows s join gateway.settlement_files f on f.id = s.file_id
              where s.tenant_id = $1 and s.reference = a.portal_reference and s.kind = 'payment' and f.connection = $2)
          order by a.id limit $6`,
        values: [tenant, connection, fromMs, untilMs, after, limit],
      })
      return rows.map(toAttempt)
    },

    suspense: async ({ tenant, connection, fileId, fromMs, untilMs, after, limit }) => {
      const rows = await database.read<{ id: string; reference: string; portal_transaction_id: string }>(tenant, {
        name: 'notifications-in-suspense',
        text: `select n.id, n.reference, n.portal_transaction_id from gateway.portal_notifications n
          where n.tenant_id = $1 and n.connection = $2 and n.outcome = 'suspense' and n.id > $4
            and n.received_at_ms >= $6::bigint and n.received_at_ms < $7::bigint
            and not exists (select from gateway.settlement_rows s where s.file_id = $3 and s.reference = n.reference)
          order by n.id limit $5`,
        values: [tenant, connection, fileId, after, limit, fromMs, untilMs],
      })
      return rows.map((row) => ({ id: row.id, reference: row.reference, transactionId: row.portal_transaction_id }))
    },
  }
}

interface RunRow {
  readonly id: string
  readonly tenant_id: string
  readonly connection: string
  readonly day: string
  readonly state: ReconciliationState
  readonly cursor: string
  readonly file_id: string | null
  readonly refusal: FileRefusal | null
  readonly rows_in_file: number | null
  readonly asked_by: string
  readonly started_at_ms: string
  readonly finished_at_ms: string | null
}

interface TotalRow {
  readonly outcome: RowOutcome
  readonly count: number
  readonly sum: string
  readonly healed: number
  readonly unasked: number
  readonly cases: number
}

interface JudgedRow {
  readonly position: number
  readonly outcome: RowOutcome
  readonly line: number | null
  readonly reference: string | null
  readonly transaction_id: string | null
  readonly transfer_id: string | null
  readonly payment_id: string | null
  readonly amount_there_dong: string | null
  readonly amount_here_dong: string | null
  readonly state_there: 'paid' | 'failed' | null
  readonly state_here: AttemptState | null
  readonly is_healed: boolean
  readonly is_unasked: boolean
  readonly case_id: string | null
  readonly reason: string | null
}

interface AttemptRow {
  readonly attempt_id: string
  readonly payment_id: string
  readonly portal_reference: string
  readonly state: AttemptState
  readonly portal_transaction_id: string | null
  readonly amount_dong: string
  readonly refunded_dong: string
}

const toRun = (row: RunRow): Reconciliation => ({
  id: row.id,
  tenant: row.tenant_id,
  connection: row.connection,
  date: row.day,
  state: row.state,
  cursor: row.cursor,
  ...(row.file_id === null ? {} : { fileId: row.file_id }),
  ...(row.refusal === null ? {} : { refusal: row.refusal }),
  ...(row.rows_in_file === null ? {} : { rowsInFile: row.rows_in_file }),
  askedBy: row.asked_by,
  startedAtMs: Number(row.started_at_ms),
  ...(row.finished_at_ms === null ? {} : { finishedAtMs: Number(row.finished_at_ms) }),
})

const toJudged = (row: JudgedRow): ReconciliationRow => ({
  position: row.position,
  outcome: row.outcome,
  ...(row.line === null ? {} : { line: row.line }),
  ...(row.reference === null ? {} : { reference: row.reference }),
  ...(row.transaction_id === null ? {} : { transactionId: row.transaction_id }),
  ...(row.transfer_id === null ? {} : { transferId: row.transfer_id }),
  ...(row.payment_id === null ? {} : { paymentId: row.payment_id }),
  ...(row.amount_there_dong === null ? {} : { amountThere: money(BigInt(row.amount_there_dong)) }),
  ...(row.amount_here_dong === null ? {} : { amountHere: money(BigInt(row.amount_here_dong)) }),
  ...(row.state_there === null ? {} : { stateThere: row.state_there }),
  ...(row.state_here === null ? {} : { stateHere: row.state_here }),
  isHealed: row.is_healed,
  isUnasked: row.is_unasked,
  ...(row.case_id === null ? {} : { caseId: row.case_id }),
  ...(row.reason === null ? {} : { reason: row.reason }),
})

const toAttempt = (row: AttemptRow): AttemptHere => ({
  paymentId: row.payment_id,
  attemptId: row.attempt_id,
  reference: row.portal_reference,
  state: row.state,
  amount: money(BigInt(row.amount_dong)),
  refunded: money(BigInt(row.refunded_dong)),
  ...(row.portal_transaction_id === null ? {} : { transactionId: row.portal_transaction_id }),
})
