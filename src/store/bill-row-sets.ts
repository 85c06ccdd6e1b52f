/** How bills become owed and what becomes of them: see commit-statement.ts. */
import type { RowSetName } from './commit-rows.ts'
import type { RowSet } from './commit-statement.ts'

/**
 * Expressions that owe a bill to every attempt that `input` moves to paid. One that was taken back and is paid again is owed
 * again, unless its bill is here.
 */
export const billsOwed = (input: string): readonly string[] => [
  `bills_owed as (insert into gateway.portal_bills as b
       (attempt_id, tenant_id, payment_id, state, version, due_at_ms, tries, wanted_at_ms)
     select attempt_id, tenant_id, payment_id, 'wanted', 1, bill_due_at_ms, 0, bill_due_at_ms from ${input}
     where bill_due_at_ms is not null
     on conflict (attempt_id) do update
       set state = 'wanted', version = b.version + 1, due_at_ms = excluded.due_at_ms, tries = 0, last_answer = null
       where b.state in ('ended', 'parked'))`,
]

export const billRowSets = {
  bill_moves: {
    columns:
      'tenant_id text, attempt_id text, expected_state text, expected_version integer, to_state text, due_at_ms bigint,' +
      ' tries integer, last_answer text, bytes bytea, sha256 bytea, fetched_at_ms bigint',
    writes: (input) => [
      `bills_moved as (update gateway.portal_bills b
         set state = r.to_state, version = b.version + 1, due_at_ms = r.due_at_ms, tries = r.tries,
           last_answer = r.last_answer, bytes = r.bytes, sha256 = r.sha256, fetched_at_ms = r.fetched_at_ms
       from ${input} r
       where b.attempt_id = r.attempt_id and b.tenant_id = r.tenant_id and b.state = r.expected_state
         and b.version = r.expected_version
       returning 1)`,
    ],
    mustMatch: ['bills_moved'],
  },
} satisfies Partial<Record<RowSetName, RowSet>>
