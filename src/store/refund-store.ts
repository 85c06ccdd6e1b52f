/** Reading refunds. */
import { money } from '#domain/money.ts'
import type { PortalReference } from '#domain/portal.ts'
import type { RefundStore } from '#domain/ports/stores.ts'
import type { Officer, Refund, RefundState } from '#domain/refund.ts'
import { everyTenant, type Database } from './database.ts'
import { given } from './payment-rows.ts'

interface RefundRow {
  readonly id: string
  readonly tenant_id: string
  readonly payment_id: string
  readonly attempt_id: string
  readonly state: RefundState
  readonly version: number
  readonly connection: string
  readonly portal_reference: string
  readonly refund_reference: string
  readonly issued_at_ms: string
  readonly body: string
  readonly amount_dong: string
  readonly reason: string
  readonly requested_by: Officer
  readonly decided_by: Officer | null
  readonly needs_approval: boolean
  readonly portal_refund_id: string | null
  readonly refusal: string | null
  readonly due_at_ms: string | null
  readonly checks: number
  readonly created_at_ms: string
}

/** More refunds of one payment than anybody ever made; a list has an end. */
const maxListed = 100

export function createRefundStore(database: Pick<Database, 'read'>): RefundStore {
  return {
    find: async (tenant, id) => {
      const [row] = await database.read<RefundRow>(tenant, {
        name: 'refund-by-id',
        text: 'select * from gateway.refunds where tenant_id = $1 and id = $2',
        values: [tenant, id],
      })
      return row && toRefund(row)
    },

    list: async (tenant, paymentId) => {
      const rows = await database.read<RefundRow>(tenant, {
        name: 'refunds-of-payment',
        text: `select * from gateway.refunds where tenant_id = $1 and payment_id = $2
          order by created_at_ms desc, id desc limit $3`,
        values: [tenant, paymentId, maxListed],
      })
      return rows.map(toRefund)
    },

    due: async (nowMs, limit) => {
      const rows = await database.read<{ tenant_id: string; id: string }>(everyTenant, {
        name: 'refunds-due',
        text: 'select tenant_id, id from gateway.refunds where due_at_ms <= $1 order by due_at_ms limit $2',
        values: [nowMs, limit],
      })
      return rows.map((row) => ({ tenant: row.tenant_id, refundId: row.id }))
    },
  }
}

const toRefund = (row: RefundRow): Refund => ({
  id: row.id,
  tenant: row.tenant_id,
  paymentId: row.payment_id,
  attemptId: row.attempt_id,
  state: row.state,
  version: row.version,
  connection: row.connection,
  portalReference: row.portal_reference as PortalReference,
  refundReference: row.refund_reference as PortalReference,
  issuedAtMs: Number(row.issued_at_ms),
  body: row.body,
  amount: money(BigInt(row.amount_dong)),
  reason: row.reason,
  requestedBy: row.requested_by,
  ...given('decidedBy', row.decided_by),
  needsApproval: row.needs_approval,
  ...given('portalRefundId', row.portal_refund_id),
  ...given('refusal', row.refusal),
  ...given('dueAtMs', row.due_at_ms === null ? null : Number(row.due_at_ms)),
  checks: row.checks,
  createdAtMs: Number(row.created_at_ms),
})
