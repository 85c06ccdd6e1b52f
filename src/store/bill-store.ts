/** Reading the portal's bills: what is owed without its bytes, for they are large and few ask for them. */
import type { BillState } from '#domain/bill.ts'
import type { BillStore } from '#domain/ports/stores.ts'
import { everyTenant, type Database } from './database.ts'
import { given } from './payment-rows.ts'

interface OwedRow {
  readonly attempt_id: string
  readonly tenant_id: string
  readonly payment_id: string
  readonly state: BillState
  readonly version: number
  readonly due_at_ms: string | null
  readonly tries: number
  readonly last_answer: string | null
}

export function createBillStore(database: Pick<Database, 'read'>): BillStore {
  return {
    find: async (tenant, attemptId) => {
      const [row] = await database.read<OwedRow>(tenant, {
        name: 'bill-of-attempt',
        text: `select attempt_id, tenant_id, payment_id, state, version, due_at_ms, tries, last_answer
          from gateway.portal_bills where tenant_id = $1 and attempt_id = $2`,
        values: [tenant, attemptId],
      })
      return (
        row && {
          attemptId: row.attempt_id,
          tenant: row.tenant_id,
          paymentId: row.payment_id,
          state: row.state,
          version: row.version,
          ...given('dueAtMs', row.due_at_ms === null ? null : Number(row.due_at_ms)),
          tries: row.tries,
          ...given('lastAnswer', row.last_answer),
        }
      )
    },

    read: async (tenant, attemptId) => {
      const [row] = await database.read<{ bytes: Uint8Array; sha256: Uint8Array; fetched_at_ms: string }>(tenant, {
        name: 'bill-bytes',
        text: `select bytes, sha256, fetched_at_ms from gateway.portal_bills
          where tenant_id = $1 and attempt_id = $2 and state = 'kept'`,
        values: [tenant, attemptId],
      })
      return row && { pdf: row.bytes, sha256: row.sha256, fetchedAtMs: Number(row.fetched_at_ms) }
    },

    due: async (nowMs, limit) => {
      const rows = await database.read<{ tenant_id: string; attempt_id: string }>(everyTenant, {
        name: 'bills-due',
        text: `select tenant_id, attempt_id from gateway.portal_bills
          where state = 'wanted' and due_at_ms <= $1 order by due_at_ms limit $2`,
        values: [nowMs, limit],
      })
      return rows.map((row) => ({ tenant: row.tenant_id, attemptId: row.attempt_id }))
    },

    parked: async () => {
      const [row] = await database.read<{ count: string }>(everyTenant, {
        name: 'bills-parked',
        text: `select count(*) from gateway.portal_bills where state = 'parked'`,
        values: [],
      })
      return Number(row?.count)
    },
  }
}
