/** How reconciliation's rows go into their tables: see commit-statement.ts. */
import type { RowSetName } from './commit-rows.ts'
import type { RowSet } from './commit-statement.ts'
import { tellings } from './webhook-row-sets.ts'

const namesOf = (columns: string): string => columns.replaceAll(/(\w+) [\w[\]]+/g, '$1')

/** What is there already stays as it is: the same thing found again is the same row. */
const insertNew = (table: string, columns: string): RowSet => ({
  columns,
  writes: (input) => [
    `${table}_written as (insert into gateway.${table} (${namesOf(columns)}) select ${namesOf(columns)} from ${input}
       on conflict do nothing)`,
  ],
})

const insertOnce = (table: string, columns: string): RowSet => ({
  columns,
  writes: (input) => [
    `${table}_written as (insert into gateway.${table} (${namesOf(columns)}) select ${namesOf(columns)} from ${input})`,
  ],
})

const caseColumns =
  'id text, tenant_id text, kind text, payment_id text, connection text, details jsonb, opened_at_ms bigint'

export const reconciliationRowSets = {
  settlement_rows: insertNew(
    'settlement_rows',
    'file_id text, line integer, tenant_id text, kind text, transaction_id text, reference text, refund_reference text,' +
      ' amount_dong bigint, standing text, settled_at_ms bigint, bank_code text, transfer_id text, problem text, raw text',
  ),
  settlement_files: insertNew(
    'settlement_files',
    'id text, tenant_id text, connection text, settled_on date, sha256 text, source text, row_count integer,' +
      ' quarantined integer, sum_dong bigint, received_at_ms bigint',
  ),
  reconciliations: insertOnce(
    'reconciliations',
    'id text, tenant_id text, connection text, settled_on date, state text, cursor text, asked_by text, started_at_ms bigint',
  ),
  // The cursor is the fence: of two jobs on one reconciliation, one finds it moved and writes nothing.
  reconciliation_moves: {
    columns:
      'id text, tenant_id text, expected_cursor text, cursor text, state text, file_id text, refusal text,' +
      ' rows_in_file integer, finished_at_ms bigint',
    writes: (input) => [
      `reconciliations_moved as (update gateway.reconciliations c
         set cursor = r.cursor, state = coalesce(r.state, c.state), file_id = coalesce(r.file_id, c.file_id),
           refusal = case when r.state is null then c.refusal else r.refusal end,
           rows_in_file = coalesce(r.rows_in_file, c.rows_in_file),
           finished_at_ms = case when r.state is null then c.finished_at_ms else r.finished_at_ms end
       from ${input} r
       where c.id = r.id and c.tenant_id = r.tenant_id and c.cursor = r.expected_cursor and c.state <> 'done'
       returning 1)`,
    ],
    mustMatch: ['reconciliations_moved'],
  },
  reconciliation_rows: insertOnce(
    'reconciliation_rows',
    'reconciliation_id text, position integer, tenant_id text, outcome text, line integer, reference text,' +
      ' transaction_id text, transfer_id text, payment_id text, amount_there_dong bigint, amount_here_dong bigint,' +
      ' state_there text, state_here text, is_healed boolean, is_unasked boolean, case_id text, reason text',
  ),
  // Told once as well: a case that was there already is no news.
  cases: {
    columns: caseColumns,
    writes: (input) => [
      `cases_opened as (insert into gateway.cases (${namesOf(caseColumns)}) select ${namesOf(caseColumns)} from ${input}
         on conflict do nothing returning id, tenant_id, opened_at_ms)`,
      ...tellings(
        'cases',
        `select 'evt_' || substr(id, 5), tenant_id, 'case.opened', id, opened_at_ms from cases_opened`,
      ),
    ],
  },
  case_resolutions: {
    columns:
      'id text, tenant_id text, resolution text, note text, resolution_reference text, resolved_by text, resolved_at_ms bigint',
    writes: (input) => [
      `cases_resolved as (update gateway.cases c
         set resolution = r.resolution, note = r.note, resolution_reference = r.resolution_reference,
           resolved_by = r.resolved_by, resolved_at_ms = r.resolved_at_ms
       from ${input} r where c.id = r.id and c.tenant_id = r.tenant_id and c.resolution is null
       returning 1)`,
    ],
    mustMatch: ['cases_resolved'],
  },
} satisfies Partial<Record<RowSetName, RowSet>>
