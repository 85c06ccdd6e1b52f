/** What a repeated Idempotency-Key is answered (api.md, "Manners" and "When it answers"). */
import type { Clock } from '#domain/clock.ts'
import { GatewayError } from '#domain/errors.ts'
import type { IdempotencyStore } from '#domain/ports/stores.ts'
import type { IdempotencyRecord, IdempotencyScope, StoredAnswer } from '#domain/ports/unit-of-work.ts'

export interface KeyedRequest {
  readonly scope: IdempotencyScope
  /** SHA-256 of the canonical body, base64url. */
  readonly fingerprint: string
}

/** How long a replay waits for a database that goes away while it stores the first answer. */
export const replayPatienceMs = 2_000

/**
 * The stored answer of the key; `undefined` where it was never used. Throws `idempotency_key_reused` and
 * `request_in_progress`. Where the process died before it answered, the answer is computed from the rows and stored.
 */
export async function replay(
  deps: { readonly idempotency: IdempotencyStore; readonly clock: Clock },
  keyed: KeyedRequest,
  answerForTheDead: (record: IdempotencyRecord) => Promise<StoredAnswer>,
): Promise<StoredAnswer | undefined> {
  const record = await deps.idempotency.find(keyed.scope)
  if (record === undefined) return undefined
  if (record.fingerprint !== keyed.fingerprint) {
    throw new GatewayError('idempotency_key_reused', 'the key belongs to another body')
  }
  if (record.answer !== undefined) return record.answer
  const leftMs = record.runningUntilMs - deps.clock.nowMs()
  if (leftMs > 0) {
    throw new GatewayError('request_in_progress', 'the first request is still running', {
      retryAfterSeconds: Math.ceil(leftMs / 1_000),
    })
  }
  return answerForTheDead(record)
}
