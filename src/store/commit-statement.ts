/**
 * One statement for a whole batch: whatever its units write goes in, or nothing does. There is one text for each
 * combination of row sets that occurs (a look-up, a payment, a move, …), prepared once under its own name, so that no
 * statement carries branches it does not use. Each row set is one JSON parameter.
 */
import { billRowSets, billsOwed } from './bill-row-sets.ts'
import { rowSetNames, type RowSetName } from './commit-rows.ts'
import type { Statement } from './database.ts'
import { journalRowSet } from './journal-row-set.ts'
import { reconciliationRowSets } from './reconciliation-row-sets.ts'
import { tellings, webhookRowSets } from './webhook-row-sets.ts'

export interface RowSet {
  /** Columns and types of the JSON rows. */
  readonly columns: string
  /** Common table expressions; `input` names the rows. */
  readonly writes: (input: string) => readonly string[]
  /** Names of expressions that must have touched as many rows as there are in the input. */
  readonly mustMatch?: readonly string[]
}

const scopeColumns = 'tenant_id text, client_id text, method text, path text, key text'
const answerColumns = 'answer_status integer, answer_content_type text, answer_body text'

const namesOf = (columns: string): string => columns.replaceAll(/(\w+) [\w[\]]+/g, '$1')

const insertAll = (table: string, columns: string) => {
  const names = namesOf(columns)
  return (input: string) => [
    `${table}_written as (insert into gateway.${table} (${names}) select ${names} from ${input})`,
  ]
}

const insertSet = (table: string, columns: string): RowSet => ({ columns, writes: insertAll(table, columns) })

const eventColumns =
  'id text, tenant_id text, payment_id text, sequence integer, type text, attempt_id text, from_state text, to_state text,' +
  ' cause text, actor text, portal_record jsonb, refund jsonb, created_at_ms bigint'

const receiptColumns =
  'id text, tenant_id text, payment_id text, attempt_id text, refunded_dong bigint, statement text, paid_at_ms bigint,' +
  ' issued_at_ms bigint'

const rowSets: Readonly<Record<RowSetName, RowSet>> = {
  entries: {
    columns:
      'id text, tenant_id text, writer uuid, writer_seq bigint, prev_hash bytea, chain_hash bytea, kind text, action text,' +
      ' at_ms bigint, leaf text, leaf_hash bytea, request_salt bytea, response_salt bytea',
    writes: (input) => [
      `entries_written as (insert into gateway.audit_entries
         (id, tenant_id, writer, writer_seq, prev_hash, chain_hash, kind, action, at_ms, leaf, leaf_hash)
       select id, tenant_id, writer, writer_seq, prev_hash, chain_hash, kind, action, at_ms, leaf, leaf_hash from ${input})`,
      `salts_written as (insert into gateway.audit_salts (entry_id, tenant_id, request_salt, response_salt)
       select id, tenant_id, request_salt, response_salt from ${input})`,
    ],
  },
  verifications: insertSet(
    'identity_verifications',
    'id text, tenant_id text, client_id text, outcome text, answer text, created_at_ms bigint',
  ),
  idempotency: insertSet(
    'idempotency_keys',
    `${scopeColumns}, fingerprint text, resource_id text, running_until_ms bigint, created_at_ms bigint, ${answerColumns}`,
  ),
  // The bytes first stored stay: two replays may compute the missing answer at the same moment.
  answers: {
    columns: `${scopeColumns}, ${answerColumns}`,
    writes: (input) => [
      `answers_written as (update gateway.idempotency_keys k
         set answer_status = r.answer_status, answer_content_type = r.answer_content_type, answer_body = r.answer_body
       from ${input} r
       where (k.tenant_id, k.client_id, k.method, k.path, k.key) = (r.tenant_id, r.client_id, r.method, r.path, r.key)
         and k.answer_status is null)`,
    ],
  },
  payments: insertSet(
    'payments',
    'id text, tenant_id text, client_id text, reference text, dossier_code text, procedure_code text, procedure_name text,' +
      ' payer jsonb, collecting_unit text, fine jsonb, amount_dong bigint, refunded_dong bigint, refund_reserved_dong bigint,' +
      ' state text, return_url text, created_at_ms bigint, sequence integer',
  ),
  lines: {
    columns:
      'payment_id text, position integer, tenant_id text, dossier_code text, code text, name text, kind text,' +
      ' amount_dong bigint, instalment integer',
    writes: (input) => [
      `lines_written as (insert into gateway.payment_lines
         (payment_id, position, tenant_id, dossier_code, code, name, kind, amount_dong, instalment, holds)
       select payment_id, position, tenant_id, dossier_code, code, name, kind, amount_dong, instalment, true from ${input})`,
    ],
  },
  attempts: insertSet(
    'payment_attempts',
    'id text, tenant_id text, payment_id text, number integer, state text, version integer, connection text,' +
      ' portal_reference text, issued_at_ms bigint, init_body text, pay_url text, viet_qr text, portal_transaction_id text,' +
      ' expires_at_ms bigint, due_at_ms bigint, checks integer, not_found_since_ms bigint',
  ),
  events: {
    columns: eventColumns,
    writes: (input) => [
      ...insertAll('payment_events', eventColumns)(input),
      ...tellings('payment_events', `select id, tenant_id, type, payment_id, created_at_ms from ${input}`),
    ],
  },
  moves: {
    columns:
      'tenant_id text, payment_id text, attempt_id text, expected_state text, expected_version integer, to_state text,' +
      ' payment_state text, sequence integer, holds boolean, pay_url text, viet_qr text, portal_transaction_id text,' +
      ' due_at_ms bigint, checks integer, not_found_since_ms bigint, bill_due_at_ms bigint',
    writes: (input) => [
      `attempts_moved as (update gateway.payment_attempts a
         set state = r.to_state, version = a.version + 1, pay_url = coalesce(r.pay_url, a.pay_url),
           viet_qr = coalesce(r.viet_qr, a.viet_qr),
           portal_transaction_id = coalesce(r.portal_transaction_id, a.portal_transaction_id),
           due_at_ms = r.due_at_ms, checks = r.checks, not_found_since_ms = r.not_found_since_ms
       from ${input} r
       where a.id = r.attempt_id and a.tenant_id = r.tenant_id and a.payment_id = r.payment_id
         and a.state = r.expected_state and a.version = r.expected_version
       returning 1)`,
      `payments_moved as (update gateway.payments p set state = r.payment_state, sequence = r.sequence
       from ${input} r where p.id = r.payment_id and p.tenant_id = r.tenant_id and p.sequence = r.sequence - 1
       returning 1)`,
      `lines_moved as (update gateway.payment_lines l set holds = r.holds
       from ${input} r where l.payment_id = r.payment_id and l.holds <> r.holds)`,
      ...billsOwed(input),
    ],
    mustMatch: ['attempts_moved', 'payments_moved'],
  },
  schedules: {
    columns:
      'tenant_id text, attempt_id text, expected_state text, expected_version integer, due_at_ms bigint, checks integer,' +
      ' not_found_since_ms bigint',
    writes: (input) => [
      `attempts_scheduled as (update gateway.payment_attempts a
         set due_at_ms = r.due_at_ms, checks = r.checks, not_found_since_ms = r.not_found_since_ms
       from ${input} r
       where a.id = r.attempt_id and a.tenant_id = r.tenant_id and a.state = r.expected_state
         and a.version = r.expected_version
       returning 1)`,
    ],
    mustMatch: ['attempts_scheduled'],
  },
  // The former attempt is touched, not only read: who schedules another look at it at this moment comes before or after.
  beginnings: {
    columns: 'tenant_id text, payment_id text, former_id text, former_version integer, sequence integer',
    writes: (input) => [
      `formers_left as (update gateway.payment_attempts a set due_at_ms = null
       from ${input} r
       where a.id = r.former_id and a.tenant_id = r.tenant_id and a.payment_id = r.payment_id
         and a.version = r.former_version and a.due_at_ms is null and a.state in ('failed', 'expired', 'cancelled')
       returning 1)`,
      `payments_begun as (update gateway.payments p set state = 'submitting', sequence = r.sequence
       from ${input} r where p.id = r.payment_id and p.tenant_id = r.tenant_id and p.sequence = r.sequence - 1
       returning 1)`,
      `lines_begun as (update gateway.payment_lines l set holds = true
       from ${input} r where l.payment_id = r.payment_id and not l.holds)`,
    ],
    mustMatch: ['formers_left', 'payments_begun'],
  },
  refunds: {
    columns:
      'id text, tenant_id text, payment_id text, attempt_id text, state text, version integer, connection text,' +
      ' portal_reference text, refund_reference text, issued_at_ms bigint, body text, amount_dong bigint, reason text,' +
      ' requested_by jsonb, needs_approval boolean, due_at_ms bigint, checks integer, created_at_ms bigint, sequence integer',
    writes: (input) => [
      `refunds_written as (insert into gateway.refunds
         (id, tenant_id, payment_id, attempt_id, state, version, connection, portal_reference, refund_reference, issued_at_ms,
          body, amount_dong, reason, requested_by, needs_approval, due_at_ms, checks, created_at_ms)
       select id, tenant_id, payment_id, attempt_id, state, version, connection, portal_reference, refund_reference, issued_at_ms,
         body, amount_dong, reason, requested_by, needs_approval, due_at_ms, checks, created_at_ms from ${input})`,
      `payments_reserved as (update gateway.payments p
         set refund_reserved_dong = p.refund_reserved_dong + r.amount_dong, sequence = r.sequence
       from ${input} r
       where p.id = r.payment_id and p.tenant_id = r.tenant_id and p.sequence = r.sequence - 1
         and p.state in ('paid', 'partially_refunded')
       returning 1)`,
    ],
    mustMatch: ['payments_reserved'],
  },
  refund_moves: {
    columns:
      'tenant_id text, payment_id text, refund_id text, expected_state text, expected_version integer, to_state text,' +
      ' payment_state text, reserved_by bigint, refunded_by bigint, sequence integer, decided_by jsonb,' +
      ' portal_refund_id text, refusal text, due_at_ms bigint, checks integer',
    writes: (input) => [
      `refunds_moved as (update gateway.refunds f
         set state = r.to_state, version = f.version + 1, decided_by = coalesce(r.decided_by, f.decided_by),
           portal_refund_id = coalesce(r.portal_refund_id, f.portal_refund_id), refusal = coalesce(r.refusal, f.refusal),
           due_at_ms = r.due_at_ms, checks = r.checks
       from ${input} r
       where f.id = r.refund_id and f.tenant_id = r.tenant_id and f.payment_id = r.payment_id
         and f.state = r.expected_state and f.version = r.expected_version
       returning 1)`,
      `payments_refunded as (update gateway.payments p
         set state = r.payment_state, sequence = r.sequence, refunded_dong = p.refunded_dong + r.refunded_by,
           refund_reserved_dong = p.refund_reserved_dong + r.reserved_by
       from ${input} r where p.id = r.payment_id and p.tenant_id = r.tenant_id and p.sequence = r.sequence - 1
       returning 1)`,
    ],
    mustMatch: ['refunds_moved', 'payments_refunded'],
  },
  refund_schedules: {
    columns:
      'tenant_id text, refund_id text, expected_state text, expected_version integer, due_at_ms bigint, checks integer',
    writes: (input) => [
      `refunds_scheduled as (update gateway.refunds f set due_at_ms = r.due_at_ms, checks = r.checks
       from ${input} r
       where f.id = r.refund_id and f.tenant_id = r.tenant_id and f.state = r.expected_state
         and f.version = r.expected_version
       returning 1)`,
    ],
    mustMatch: ['refunds_scheduled'],
  },
  postings: journalRowSet,
  notifications: insertSet(
    'portal_notifications',
    'id text, tenant_id text, connection text, digest text, raw bytea, reference text, portal_transaction_id text,' +
      ' received_at_ms bigint',
  ),
  settled: {
    columns: 'id text, tenant_id text, outcome text, at_ms bigint',
    writes: (input) => [
      `notifications_settled as (update gateway.portal_notifications n set settled_at_ms = r.at_ms, outcome = r.outcome
       from ${input} r where n.id = r.id and n.tenant_id = r.tenant_id and n.settled_at_ms is null)`,
    ],
  },
  ...billRowSets,
  receipts: {
    columns: receiptColumns,
    writes: (input) => [
      `receipts_written as (insert into gateway.receipts (${namesOf(receiptColumns)})
       select ${namesOf(receiptColumns)} from ${input} on conflict (payment_id, attempt_id, refunded_dong) do nothing)`,
    ],
  },
  ...reconciliationRowSets,
  ...webhookRowSets,
}

const prepared = new Map<string, Pick<Statement, 'name' | 'text'>>()

/** The statement that writes `rows`, each a JSON object; sets without rows are left out of it. */
export function commitStatement(rows: ReadonlyMap<RowSetName, readonly string[]>): Statement {
  const present = rowSetNames.filter((name) => rows.has(name))
  const shape = present.join()
  let statement = prepared.get(shape)
  // Numbered, because PostgreSQL cuts names at 63 bytes, and two cut alike would be one.
  if (statement === undefined)
    prepared.set(shape, (statement = { name: `commit-${prepared.size + 1}`, text: writeText(present) }))
  return { ...statement, values: present.map((set) => `[${rows.get(set)?.join()}]`) }
}

function writeText(present: readonly RowSetName[]): string {
  const expressions = present.flatMap((name, index) => {
    const input = `${name}_given`
    const { columns, writes } = rowSets[name]
    return [
      `${input} as materialized (select * from json_to_recordset($${index + 1}::json) as r(${columns}))`,
      ...writes(input),
    ]
  })
  const checks = present.flatMap((name) =>
    (rowSets[name].mustMatch ?? []).map(
      (touched) =>
        `gateway.expect_rows((select count(*) from ${touched}), (select count(*) from ${name}_given)) as ${touched}`,
    ),
  )
  return `with ${expressions.join(',\n')}\nselect ${checks.length === 0 ? '1' : checks.join(',\n')}`
}
