/**
 * What a unit of work writes, as rows in JSON. Made when the unit comes in: a value that cannot be written is its own
 * caller's error, and a batch only joins texts.
 */
import type { AuditEntry } from '#domain/ports/accountability.ts'
import type {
  AttemptBeginning,
  AttemptMove,
  AttemptSchedule,
  BillMove,
  CommitUnit,
  IdempotencyRecord,
  IdempotencyScope,
  RefundMove,
  RefundSchedule,
  Write,
} from '#domain/ports/unit-of-work.ts'
import type { Attempt, Payment, PaymentEvent } from '#domain/payment.ts'
import type { Refund, RefundStep } from '#domain/refund.ts'
import { assertNever } from '#domain/errors.ts'
import type { ChainLink } from './audit-chain.ts'
import { postingRow } from './journal-row-set.ts'
import { addReconciliationWrite } from './reconciliation-writes.ts'
import { addWebhookWrite } from './webhook-writes.ts'

export const rowSetNames = [
  'entries',
  'verifications',
  'idempotency',
  'answers',
  'payments',
  'lines',
  'attempts',
  'events',
  'moves',
  'schedules',
  'beginnings',
  'refunds',
  'refund_moves',
  'refund_schedules',
  'bill_moves',
  'postings',
  'notifications',
  'settled',
  'receipts',
  'settlement_rows',
  'settlement_files',
  'reconciliations',
  'reconciliation_moves',
  'reconciliation_rows',
  'cases',
  'case_resolutions',
  'webhook_endpoints',
  'webhook_endpoint_changes',
  'webhook_health',
  'webhook_endpoints_gone',
  'webhook_tries',
  'webhook_replays',
] as const
export type RowSetName = (typeof rowSetNames)[number]

/** An audit row but for its place in the chain, which is known when the batch leaves. */
export interface EntryText {
  readonly text: string
  readonly leafHash: Uint8Array
}

export interface UnitRows {
  readonly entries: readonly EntryText[]
  /** JSON objects; bytes in PostgreSQL's hex form. */
  readonly sets: ReadonlyMap<RowSetName, readonly string[]>
}

export function rowsOf(unit: CommitUnit): UnitRows {
  const sets = new Map<RowSetName, string[]>()
  const add: AddRow = (set, row) => {
    const texts = sets.get(set)
    if (texts === undefined) sets.set(set, [JSON.stringify(row)])
    else texts.push(JSON.stringify(row))
  }
  for (const write of unit.writes) addWrite(add, unit.tenant, write)
  return { entries: unit.entries.map(entryText), sets }
}

export type AddRow = (set: RowSetName, row: object) => void

const bytes = (value: Uint8Array): string =>
  `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`

const entryText = (entry: AuditEntry): EntryText => ({
  leafHash: entry.leafHash,
  text: JSON.stringify({
    id: entry.id,
    tenant_id: entry.tenant,
    kind: entry.kind,
    action: entry.action,
    at_ms: entry.atMs,
    leaf: entry.leaf,
    leaf_hash: bytes(entry.leafHash),
    request_salt: bytes(entry.requestSalt),
    response_salt: bytes(entry.responseSalt),
  }),
})

/** The whole row: `entry` as the link `link` of the chain of `writer`. */
export function chainedEntry(entry: EntryText, writer: string, link: ChainLink): string {
  const place = {
    writer,
    writer_seq: link.sequence,
    prev_hash: bytes(link.previous),
    chain_hash: bytes(link.chained),
  }
  return `${entry.text.slice(0, -1)},${JSON.stringify(place).slice(1)}`
}

function addWrite(add: AddRow, tenant: string, write: Write): void {
  switch (write.kind) {
    case 'verification': {
      const { id, clientId, outcome, answer, createdAtMs } = write.row
      add('verifications', {
        id,
        tenant_id: tenant,
        client_id: clientId,
        outcome,
        answer,
        created_at_ms: createdAtMs,
      })
      return
    }
    case 'idempotency':
      add('idempotency', idempotencyRow(write.row))
      return
    case 'idempotency_answer':
      add('answers', { ...scopeRow(write.scope), ...answerRow(write.answer) })
      return
    case 'payment':
      if (write.payment.tenant !== tenant) throw new Error('a payment belongs to the tenant of its unit of work')
      addPayment(add, write.payment)
      add('events', eventRow(tenant, write.payment.id, write.event))
      return
    case 'attempt_move':
      add('moves', moveRow(tenant, write.move))
      add('events', eventRow(tenant, write.move.paymentId, write.move.event))
      for (const posting of write.move.postings) add('postings', postingRow(tenant, posting))
      return
    case 'attempt_schedule':
      add('schedules', scheduleRow(tenant, write.schedule))
      return
    case 'attempt': {
      const { beginning } = write
      add('attempts', attemptRow(tenant, beginning.paymentId, beginning.attempt))
      add('beginnings', beginningRow(tenant, beginning))
      add('events', eventRow(tenant, beginning.paymentId, beginning.event))
      return
    }
    case 'refund':
      if (write.refund.tenant !== tenant) throw new Error('a refund belongs to the tenant of its unit of work')
      add('refunds', refundRow(write.refund, write.event.sequence))
      add('events', eventRow(tenant, write.refund.paymentId, write.event))
      return
    case 'refund_move':
      add('refund_moves', refundMoveRow(tenant, write.move))
      add('events', eventRow(tenant, write.move.paymentId, write.move.event))
      for (const posting of write.move.postings) add('postings', postingRow(tenant, posting))
      return
    case 'refund_schedule':
      add('refund_schedules', refundScheduleRow(tenant, write.schedule))
      return
    case 'bill_move':
      add('bill_moves', billMoveRow(tenant, write.move))
      return
    case 'posting':
      add('postings', postingRow(tenant, write.posting))
      return
    case 'notification': {
      const { row } = write
      add('notifications', {
        id: row.id,
        tenant_id: tenant,
        connection: row.connection,
        digest: row.digest,
        raw: bytes(row.raw),
        reference: row.reference,
        portal_transaction_id: row.portalTransactionId,
        received_at_ms: row.receivedAtMs,
      })
      return
    }
    case 'notification_settled':
      add('settled', { id: write.id, tenant_id: tenant, outcome: write.outcome, at_ms: write.atMs })
      return
    case 'receipt': {
      const { row } = write
      add('receipts', {
        id: row.id,
        tenant_id: tenant,
        payment_id: row.paymentId,
        attempt_id: row.attemptId,
        refunded_dong: String(row.refunded.dong),
        statement: row.statement,
        paid_at_ms: row.paidAtMs,
        issued_at_ms: row.issuedAtMs,
      })
      return
    }
    case 'settlement_rows':
    case 'settlement_file':
    case 'reconciliation':
    case 'reconciliation_move':
    case 'reconciliation_rows':
    case 'case':
    case 'case_resolved':
      addReconciliationWrite(add, tenant, write)
      return
    case 'webhook_endpoint':
    case 'webhook_endpoint_change':
    case 'webhook_health':
    case 'webhook_endpoint_gone':
    case 'webhook_try':
    case 'webhook_replay':
      addWebhookWrite(add, tenant, write)
      return
    default:
      assertNever(write)
  }
}

const scopeRow = (scope: IdempotencyScope) => ({
  tenant_id: scope.tenant,
  client_id: scope.clientId,
  method: scope.method,
  path: scope.path,
  key: scope.key,
})

const answerRow = (answer: IdempotencyRecord['answer']) => ({
  answer_status: answer?.status,
  answer_content_type: answer?.contentType,
  answer_body: answer?.body,
})

const idempotencyRow = (row: IdempotencyRecord) => ({
  ...scopeRow(row.scope),
  fingerprint: row.fingerprint,
  resource_id: row.resourceId,
  running_until_ms: row.runningUntilMs,
  created_at_ms: row.createdAtMs,
  ...answerRow(row.answer),
})

function addPayment(add: AddRow, payment: Payment): void {
  const { attempt, tenant } = payment
  add('payments', {
    id: payment.id,
    tenant_id: tenant,
    client_id: payment.clientId,
    reference: payment.reference,
    dossier_code: payment.dossierCode,
    procedure_code: payment.procedureCode,
    procedure_name: payment.procedureName,
    payer: payment.payer,
    collecting_unit: payment.collectingUnit,
    fine: payment.fine,
    amount_dong: String(payment.amount.dong),
    refunded_dong: String(payment.refunded.dong),
    refund_reserved_dong: String(payment.refundReserved.dong),
    state: payment.state,
    return_url: payment.returnUrl,
    created_at_ms: payment.createdAtMs,
    sequence: payment.sequence,
  })
  for (const [position, line] of payment.lines.entries())
    add('lines', {
      payment_id: payment.id,
      position,
      tenant_id: tenant,
      dossier_code: payment.dossierCode,
      code: line.code,
      name: line.name,
      kind: line.kind,
      amount_dong: String(line.amount.dong),
      instalment: line.instalment,
    })
  add('attempts', attemptRow(tenant, payment.id, attempt))
}

const attemptRow = (tenant: string, paymentId: string, attempt: Attempt) => ({
  id: attempt.id,
  tenant_id: tenant,
  payment_id: paymentId,
  number: attempt.number,
  state: attempt.state,
  version: attempt.version,
  connection: attempt.connection,
  portal_reference: attempt.portalReference,
  issued_at_ms: attempt.issuedAtMs,
  init_body: attempt.initBody,
  pay_url: attempt.payUrl,
  viet_qr: attempt.vietQr,
  portal_transaction_id: attempt.portalTransactionId,
  expires_at_ms: attempt.expiresAtMs,
  due_at_ms: attempt.dueAtMs,
  checks: attempt.checks,
  not_found_since_ms: attempt.notFoundSinceMs,
})

const beginningRow = (tenant: string, { paymentId, former, event }: AttemptBeginning) => ({
  tenant_id: tenant,
  payment_id: paymentId,
  former_id: former.id,
  former_version: former.version,
  sequence: event.sequence,
})

const eventRow = (tenant: string, paymentId: string, event: PaymentEvent) => ({
  id: event.id,
  tenant_id: tenant,
  payment_id: paymentId,
  sequence: event.sequence,
  type: event.type,
  attempt_id: event.attemptId,
  from_state: event.from,
  to_state: event.to,
  cause: event.cause,
  actor: event.actor,
  portal_record: event.portalRecord,
  refund: event.refund && refundStepRow(event.refund),
  created_at_ms: event.createdAtMs,
})

const refundStepRow = ({ id, from, to, amount, refunded }: RefundStep) => ({
  id,
  from,
  to,
  amountDong: Number(amount.dong),
  refundedDong: Number(refunded.dong),
})

const refundRow = (refund: Refund, sequence: number) => ({
  id: refund.id,
  tenant_id: refund.tenant,
  payment_id: refund.paymentId,
  attempt_id: refund.attemptId,
  state: refund.state,
  version: refund.version,
  connection: refund.connection,
  portal_reference: refund.portalReference,
  refund_reference: refund.refundReference,
  issued_at_ms: refund.issuedAtMs,
  body: refund.body,
  amount_dong: String(refund.amount.dong),
  reason: refund.reason,
  requested_by: refund.requestedBy,
  needs_approval: refund.needsApproval,
  due_at_ms: refund.dueAtMs,
  checks: refund.checks,
  created_at_ms: refund.createdAtMs,
  sequence,
})

const refundMoveRow = (tenant: string, move: RefundMove) => ({
  tenant_id: tenant,
  payment_id: move.paymentId,
  refund_id: move.refundId,
  expected_state: move.expected.state,
  expected_version: move.expected.version,
  to_state: move.to,
  payment_state: move.paymentState,
  reserved_by: String(move.reservedBy),
  refunded_by: String(move.refundedBy),
  sequence: move.event.sequence,
  decided_by: move.decidedBy,
  portal_refund_id: move.portalRefundId,
  refusal: move.refusal,
  due_at_ms: move.dueAtMs,
  checks: move.checks,
})

const refundScheduleRow = (tenant: string, schedule: RefundSchedule) => ({
  tenant_id: tenant,
  refund_id: schedule.refundId,
  expected_state: schedule.expected.state,
  expected_version: schedule.expected.version,
  due_at_ms: schedule.dueAtMs,
  checks: schedule.checks,
})

const billMoveRow = (tenant: string, { expected, kept, ...move }: BillMove) => ({
  tenant_id: tenant,
  attempt_id: move.attemptId,
  expected_state: expected.state,
  expected_version: expected.version,
  to_state: move.to,
  due_at_ms: move.dueAtMs,
  tries: move.tries,
  last_answer: move.lastAnswer,
  ...(kept && { bytes: bytes(kept.pdf), sha256: bytes(kept.sha256), fetched_at_ms: kept.fetchedAtMs }),
})

const moveRow = (tenant: string, move: AttemptMove) => ({
  tenant_id: tenant,
  payment_id: move.paymentId,
  attempt_id: move.attemptId,
  expected_state: move.expected.state,
  expected_version: move.expected.version,
  to_state: move.to,
  payment_state: move.paymentState,
  sequence: move.event.sequence,
  holds: move.holdsObligation,
  pay_url: move.payUrl,
  viet_qr: move.vietQr,
  portal_transaction_id: move.portalTransactionId,
  due_at_ms: move.dueAtMs,
  checks: move.checks,
  not_found_since_ms: move.notFoundSinceMs,
  bill_due_at_ms: move.billDueAtMs,
})

const scheduleRow = (tenant: string, schedule: AttemptSchedule) => ({
  tenant_id: tenant,
  attempt_id: schedule.attemptId,
  expected_state: schedule.expected.state,
  expected_version: schedule.expected.version,
  due_at_ms: schedule.dueAtMs,
  checks: schedule.checks,
  not_found_since_ms: schedule.notFoundSinceMs,
})
