/** The answers of identity verifications, as sent. */
import type { VerificationStore } from '#domain/ports/stores.ts'
import type { Database } from './database.ts'

interface Row {
  readonly id: string
  readonly client_id: string
  readonly outcome: string
  readonly answer: string
  readonly created_at_ms: string
}

export const createVerificationStore = (database: Pick<Database, 'read'>): VerificationStore => ({
  find: async (tenant, id) => {
    const [row] = await database.read<Row>(tenant, {
      name: 'verification-by-id',
      text: `select id, client_id, outcome, answer, created_at_ms from gateway.identity_verifications
        where tenant_id = $1 and id = $2`,
      values: [tenant, id],
    })
    if (row === undefined) return undefined
    const { client_id: clientId, outcome, answer } = row
    return { id, clientId, outcome, answer, createdAtMs: Number(row.created_at_ms) }
  },
})
