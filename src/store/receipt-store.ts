/** Receipts as issued. */
import type { ReceiptStore } from '#domain/ports/stores.ts'
import type { Database } from './database.ts'

interface Row {
  readonly id: string
  readonly statement: string
  readonly paid_at_ms: string
  readonly issued_at_ms: string
}

export const createReceiptStore = (database: Pick<Database, 'read'>): ReceiptStore => ({
  find: async (tenant, { paymentId, attemptId, refunded }) => {
    const [row] = await database.read<Row>(tenant, {
      name: 'receipt-of-payment',
      text: `select id, statement, paid_at_ms, issued_at_ms from gateway.receipts
        where tenant_id = $1 and payment_id = $2 and attempt_id = $3 and refunded_dong = $4`,
      values: [tenant, paymentId, attemptId, String(refunded.dong)],
    })
    if (row === undefined) return undefined
    return {
      id: row.id,
      paymentId,
      attemptId,
      refunded,
      statement: row.statement,
      paidAtMs: Number(row.paid_at_ms),
      issuedAtMs: Number(row.issued_at_ms),
    }
  },
})
