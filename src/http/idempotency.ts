/**
 * Idempotency-Key at the door (api.md, "Manners"): is there one, is it well-formed, what does it stand for. The record
 * itself is committed by the use case in the same unit as its effect; here it is only read.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '#domain/canonical-json.ts'
import { GatewayError } from '#domain/errors.ts'
import type { IdempotencyStore } from '#domain/ports/stores.ts'
import { CommitConflict, type IdempotencyRecord } from '#domain/ports/unit-of-work.ts'
import type { Principal } from '#domain/principal.ts'
import { replayed, type Answer, type IdempotencyManner, type KeyedRequest } from './define-route.ts'

const visibleAscii = /^[\x21-\x7e]{1,255}$/

export interface KeyedBy {
  readonly header: string | undefined
  readonly principal: Principal
  readonly method: string
  /** Concrete, without query. */
  readonly path: string
  /** As parsed, before defaults are filled in; `undefined` where the operation takes none. */
  readonly body: unknown
}

/** What the key of a request stands for; `undefined` where there is none to honour. Throws the three 400s. */
export function keyedRequest(manner: IdempotencyManner, by: KeyedBy): KeyedRequest | undefined {
  const { header: key, principal } = by
  if (manner === 'none') return undefined
  if (key === undefined) {
    if (manner === 'required') throw new GatewayError('idempotency_key_required', 'a money step without a key')
    return undefined
  }
  if (manner === 'refused') throw new GatewayError('idempotency_not_supported', 'the answer is never stored')
  if (!visibleAscii.test(key)) throw new GatewayError('idempotency_key_invalid', 'not 1-255 visible ASCII characters')
  return {
    scope: { tenant: principal.tenant, clientId: principal.clientId, method: by.method, path: by.path, key },
    fingerprint: createHash('sha256')
      .update(canonicalJson(by.body ?? null))
      .digest('base64url'),
  }
}

/**
 * Runs `work` unless its key has an answer already. `work` commits the record together with its effect, so of two that
 * race one meets `CommitConflict('idempotency_key')` and gives the other's answer.
 */
export async function honourKey(
  store: IdempotencyStore,
  keyed: KeyedRequest | undefined,
  work: () => Promise<Answer>,
): Promise<Answer> {
  if (keyed === undefined) return work()
  const first = await store.find(keyed.scope)
  if (first !== undefined) return replay(first, keyed)
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof CommitConflict) || error.conflict !== 'idempotency_key') throw error
    const winner = await store.find(keyed.scope)
    if (winner === undefined) throw error
    return replay(winner, keyed)
  }
}

function replay(record: IdempotencyRecord, { fingerprint }: KeyedRequest): Answer {
  if (record.fingerprint !== fingerprint) {
    throw new GatewayError('idempotency_key_reused', 'the key belongs to another body')
  }
  if (record.answer === undefined) throw new GatewayError('request_in_progress', 'the first request is still running')
  return replayed(record.answer)
}
