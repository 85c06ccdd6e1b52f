import type { AttemptState, Payment, PaymentEvent, PaymentState } from '../payment.ts'
import type { AuditEntry } from './accountability.ts'

/**
 * The one way to change the database on behalf of a caller. A unit is all or nothing; units of one process are
 * grouped into one statement and one fsync. `commit` resolves only when everything in it is durable.
 *
 * Rejects with `CommitConflict` when a constraint or an expected state says no (nothing of the unit happened), and
 * with `GatewayError('storage_unavailable')` when the database cannot be reached or the outcome of the commit could
 * not be read back within the deadline.
 */
export interface UnitOfWork {
  commit(unit: CommitUnit): Promise<void>
}

export interface CommitUnit {
  readonly tenant: string
  readonly entries: readonly AuditEntry[]
  readonly writes: readonly Write[]
}

export type Write =
  | { readonly kind: 'verification'; readonly row: VerificationRecord }
  | { readonly kind: 'idempotency'; readonly row: IdempotencyRecord }
  /** The bytes first stored are the answer for ever: where the key has one already, this write is dropped. */
  | { readonly kind: 'idempotency_answer'; readonly scope: IdempotencyScope; readonly answer: StoredAnswer }
  /** A payment with its lines, its first attempt and its first event. */
  | { readonly kind: 'payment'; readonly payment: Payment; readonly event: PaymentEvent }
  | { readonly kind: 'attempt_move'; readonly move: AttemptMove }
  /** Changes bookkeeping of an attempt without a move: when to look next. Expects state and version, keeps the version. */
  | { readonly kind: 'attempt_schedule'; readonly schedule: AttemptSchedule }
  | { readonly kind: 'notification'; readonly row: NotificationRecord }
  | { readonly kind: 'notification_settled'; readonly id: string; readonly outcome: string; readonly atMs: number }

export interface AttemptMove {
  readonly paymentId: string
  readonly attemptId: string
  readonly expected: { readonly state: AttemptState; readonly version: number }
  readonly to: AttemptState
  readonly paymentState: PaymentState
  /** Whether the obligation stays taken after this move (live or paid) or becomes free (failed, expired, cancelled). */
  readonly holdsObligation: boolean
  /** Absent: unchanged. null: cleared. */
  readonly payUrl?: string
  readonly vietQr?: string
  readonly portalTransactionId?: string
  readonly dueAtMs: number | null
  readonly checks: number
  readonly notFoundSinceMs: number | null
  readonly event: PaymentEvent
}

export interface AttemptSchedule {
  readonly attemptId: string
  readonly expected: { readonly state: AttemptState; readonly version: number }
  readonly dueAtMs: number | null
  readonly checks: number
  readonly notFoundSinceMs: number | null
}

export interface VerificationRecord {
  /** `ver_…` */
  readonly id: string
  readonly clientId: string
  readonly outcome: string
  /** The answer as sent, JSON text with its evidence; holds no personal data. */
  readonly answer: string
  readonly createdAtMs: number
}

/** Scope of an Idempotency-Key: client + method + concrete path (api.md, "Manners"). */
export interface IdempotencyScope {
  readonly tenant: string
  readonly clientId: string
  readonly method: string
  readonly path: string
  readonly key: string
}

export interface StoredAnswer {
  readonly status: number
  readonly contentType: string
  /** The bytes first sent. */
  readonly body: string
}

export interface IdempotencyRecord {
  readonly scope: IdempotencyScope
  /** SHA-256 of the canonical body, base64url. */
  readonly fingerprint: string
  /** The object the first request made, e.g. `pay_…`, so that a replay can compute an answer that was never stored. */
  readonly resourceId?: string
  /** Until then the first request may still be answering. */
  readonly runningUntilMs: number
  readonly createdAtMs: number
  readonly answer?: StoredAnswer
}

export interface NotificationRecord {
  /** `ntf_…` */
  readonly id: string
  readonly connection: string
  /** SHA-256 of the raw bytes, base64url: how a duplicate is recognised (unique per connection for 400 days). */
  readonly digest: string
  readonly raw: Uint8Array
  readonly reference: string
  readonly portalTransactionId: string
  readonly receivedAtMs: number
}

export type CommitConflictKind =
  | 'idempotency_key'
  | 'payment_reference'
  | 'obligation'
  | 'live_attempt'
  | 'portal_reference'
  | 'notification'
  /** An expected state or version no longer held. */
  | 'stale'

/** A constraint said no. Nothing of the unit was written. */
export class CommitConflict extends Error {
  override readonly name = 'CommitConflict'
  readonly conflict: CommitConflictKind

  constructor(conflict: CommitConflictKind, options?: { cause?: unknown }) {
    super(`commit refused: ${conflict}`, options)
    this.conflict = conflict
  }
}
