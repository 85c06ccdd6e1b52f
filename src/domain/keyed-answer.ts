/** Idempotency-Key where it is honoured: the answer is stored in the same commit as its effect. */
import type { IdempotencyScope, StoredAnswer, Write } from './ports/unit-of-work.ts'

export interface Keyed {
  readonly scope: IdempotencyScope
  /** SHA-256 of the canonical body, base64url. */
  readonly fingerprint: string
}

export const storedJson = (status: number, body: object): StoredAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(body),
})

export const keyWrites = (keyed: Keyed | undefined, answer: StoredAnswer, nowMs: number): readonly Write[] =>
  keyed === undefined
    ? []
    : [
        {
          kind: 'idempotency',
          row: { ...keyed, runningUntilMs: nowMs, createdAtMs: nowMs, answer },
        },
      ]
