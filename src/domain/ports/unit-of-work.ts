import type { BillState, KeptBill } from '../bill.ts'
import type { Posting } from '../journal.ts'
import type { Attempt, AttemptState, Payment, PaymentEvent, PaymentState } from '../payment.ts'
import type { Officer, Refund, RefundState } from '../refund.ts'
import type { Case, ResolvedCase } from '../case.ts'
import type { Reconciliation, ReconciliationRow, ReconciliationState } from '../reconciliation.ts'
import type { IssuedReceipt } from '../receipt.ts'
import type { FileRefusal, SettlementFile, SettlementRow } from '../settlement.ts'
import type { DeliveryTry, EndpointHealth, WebhookEndpoint } from '../webhook.ts'
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
  /** Another attempt of a payment whose former one is proven dead; takes the obligation again. */
  | { readonly kind: 'attempt'; readonly beginning: AttemptBeginning }
  | { readonly kind: 'attempt_move'; readonly move: AttemptMove }
  /** Changes bookkeeping of an attempt without a move: when to look next. Expects state and version, keeps the version. */
  | { readonly kind: 'attempt_schedule'; readonly schedule: AttemptSchedule }
  /** A refund, and what it reserves of its payment. */
  | { readonly kind: 'refund'; readonly refund: Refund; readonly event: PaymentEvent }
  | { readonly kind: 'refund_move'; readonly move: RefundMove }
  /** As `attempt_schedule`. */
  | { readonly kind: 'refund_schedule'; readonly schedule: RefundSchedule }
  /** What became of asking for a bill; expects state and version. */
  | { readonly kind: 'bill_move'; readonly move: BillMove }
  /** Money that moved without a move of ours. A fact that is posted already is left as it is. */
  | { readonly kind: 'posting'; readonly posting: Posting }
  | { readonly kind: 'notification'; readonly row: NotificationRecord }
  | { readonly kind: 'notification_settled'; readonly id: string; readonly outcome: string; readonly atMs: number }
  /** Of one state of a payment the receipt first stored is the receipt: another one is dropped. */
  | { readonly kind: 'receipt'; readonly row: IssuedReceipt }
  /** Rows of a file that do not count before its own row is there. A row that is there already is left as it is. */
  | { readonly kind: 'settlement_rows'; readonly fileId: string; readonly rows: readonly SettlementRow[] }
  /** As above: the same file again writes nothing. */
  | { readonly kind: 'settlement_file'; readonly row: SettlementFile }
  | { readonly kind: 'reconciliation'; readonly row: Reconciliation }
  | { readonly kind: 'reconciliation_move'; readonly move: ReconciliationMove }
  | {
      readonly kind: 'reconciliation_rows'
      readonly reconciliationId: string
      readonly rows: readonly ReconciliationRow[]
    }
  /** A case that is there already is left as it is. */
  | { readonly kind: 'case'; readonly row: Case }
  /** Expects an open case. */
  | { readonly kind: 'case_resolved'; readonly id: string; readonly resolved: ResolvedCase }
  | { readonly kind: 'webhook_endpoint'; readonly row: WebhookEndpoint }
  /** What a client may change, and the state; expects the version before. */
  | { readonly kind: 'webhook_endpoint_change'; readonly row: WebhookEndpoint }
  | { readonly kind: 'webhook_health'; readonly endpointId: string; readonly health: EndpointHealth }
  /** The receiver said 410: nothing more is sent there until a client says otherwise. */
  | { readonly kind: 'webhook_endpoint_gone'; readonly endpointId: string }
  /** How a try ended; expects the version its claim gave. */
  | { readonly kind: 'webhook_try'; readonly outcome: DeliveryOutcome }
  /** Asked for again by a client, whatever became of it; expects the version that was seen. */
  | { readonly kind: 'webhook_replay'; readonly replay: DeliveryReplay }

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
  /** Of a move to paid: from when on the portal is asked for its bill. */
  readonly billDueAtMs?: number
  readonly event: PaymentEvent
  /** What the move is for the journal. */
  readonly postings: readonly Posting[]
}

export interface AttemptSchedule {
  readonly attemptId: string
  readonly expected: { readonly state: AttemptState; readonly version: number }
  readonly dueAtMs: number | null
  readonly checks: number
  readonly notFoundSinceMs: number | null
}

export interface AttemptBeginning {
  readonly paymentId: string
  readonly attempt: Attempt
  /** Still at this version, with nothing due: a dead attempt that is watched may be alive. */
  readonly former: { readonly id: string; readonly version: number }
  readonly event: PaymentEvent
}

export interface RefundMove {
  readonly paymentId: string
  readonly refundId: string
  readonly expected: { readonly state: RefundState; readonly version: number }
  readonly to: RefundState
  /** What it adds to the payment's two sums, in đồng; negative where money becomes free again. */
  readonly reservedBy: bigint
  readonly refundedBy: bigint
  readonly paymentState: PaymentState
  readonly decidedBy?: Officer
  /** Absent: unchanged. */
  readonly portalRefundId?: string
  readonly refusal?: string
  readonly dueAtMs: number | null
  readonly checks: number
  readonly event: PaymentEvent
  readonly postings: readonly Posting[]
}

export interface RefundSchedule {
  readonly refundId: string
  readonly expected: { readonly state: RefundState; readonly version: number }
  readonly dueAtMs: number | null
  readonly checks: number
}

export interface BillMove {
  readonly attemptId: string
  readonly expected: { readonly state: BillState; readonly version: number }
  readonly to: BillState
  readonly dueAtMs: number | null
  readonly tries: number
  readonly lastAnswer?: string
  /** Present when `to` is `kept`. */
  readonly kept?: KeptBill
}

export interface ReconciliationMove {
  readonly id: string
  readonly expectedCursor: string
  readonly cursor: string
  /** Absent: unchanged. */
  readonly state?: ReconciliationState
  readonly fileId?: string
  readonly refusal?: FileRefusal
  readonly rowsInFile?: number
  readonly finishedAtMs?: number
}

export interface DeliveryOutcome {
  readonly deliveryId: string
  readonly expectedVersion: number
  readonly made: DeliveryTry
  /** When it is tried again; otherwise how it ended. */
  readonly next: { readonly dueAtMs: number } | 'delivered' | 'dead'
}

export interface DeliveryReplay {
  readonly deliveryId: string
  readonly expectedVersion: number
  readonly dueAtMs: number
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
  /** Refunds would exceed what was paid. */
  | 'refundable'
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
