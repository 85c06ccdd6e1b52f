/** What became of an Idempotency-Key. */
import type { IdempotencyStore } from '#domain/ports/stores.ts'
import type { Database } from './database.ts'

interface Row {
  readonly fingerprint: string
  readonly resource_id: string | null
  readonly running_until_ms: string
  readonly created_at_ms: string
  readonly answer_status: number | null
  readonly answer_content_type: string | null
  readonly answer_body: string | null
}

export const createIdempotencyStore = (database: Pick<Database, 'read'>): IdempotencyStore => ({
  find: async (scope) => {
    const [row] = await database.read<Row>(scope.tenant, {
      name: 'idempotency-by-scope',
      text: `select fingerprint, resource_id, running_until_ms, created_at_ms, answer_status, answer_content_type, answer_body
        from gateway.idempotency_keys where (tenant_id, client_id, method, path, key) = ($1, $2, $3, $4, $5)`,
      values: [scope.tenant, scope.clientId, scope.method, scope.path, scope.key],
    })
    if (row === undefined) return undefined
    return {
      scope,
      fingerprint: row.fingerprint,
      ...(row.resource_id === null ? {} : { resourceId: row.resource_id }),
      runningUntilMs: Number(row.running_until_ms),
      createdAtMs: Number(row.created_at_ms),
      ...answerOf(row),
    }
  },
})

function answerOf({ answer_status, answer_content_type, answer_body }: Row) {
  if (answer_status === null || answer_content_type === null || answer_body === null) return {}
  return { answer: { status: answer_status, contentType: answer_content_type, body: answer_body } }
}
