/**
 * Units that wait for the writer. A batch takes them in order, but never two that touch the same row: one statement sees
 * one snapshot, so the second would not see the first. A unit that must wait holds back those after it on the same rows.
 */
import type { CommitUnit, IdempotencyScope, Write } from '#domain/ports/unit-of-work.ts'
import type { UnitRows } from './commit-rows.ts'

export interface Pending {
  readonly unit: CommitUnit
  readonly rows: UnitRows
  /** The rows it changes, by name. */
  readonly touches: readonly string[]
  isSettled: boolean
  resolve(): void
  reject(error: Error): void
}

/** Rows per fsync (reliability 6.2): more makes the first wait for the last without sparing the disk much. */
const maxBatchRows = 100

/** Removes the next batch from `queue`; empty only when the queue is. */
export function takeBatch(queue: Pending[]): Pending[] {
  const batch: Pending[] = []
  const left: Pending[] = []
  const touched = new Set<string>()
  let rows = 0
  let taken = 0
  for (const pending of queue) {
    if (rows >= maxBatchRows) break
    taken += 1
    if (pending.isSettled) continue
    const mustWait = pending.touches.some((row) => touched.has(row))
    for (const row of pending.touches) touched.add(row)
    if (mustWait) left.push(pending)
    else {
      batch.push(pending)
      rows += pending.unit.entries.length + pending.unit.writes.length
    }
  }
  queue.splice(0, taken, ...left)
  return batch
}

/** Throws when a unit touches a row twice: which of the two should win could not be said. */
export function rowsTouched({ writes }: CommitUnit): readonly string[] {
  const rows = writes.flatMap(touchedBy)
  if (new Set(rows).size !== rows.length) throw new Error('a unit of work may write to each row once')
  return rows
}

function touchedBy(write: Write): readonly string[] {
  switch (write.kind) {
    case 'verification':
    case 'receipt':
      return []
    case 'idempotency':
      return [scopeName(write.row.scope)]
    case 'idempotency_answer':
      return [scopeName(write.scope)]
    case 'payment':
      return [write.payment.id, write.payment.attempt.id]
    case 'attempt':
      return [write.beginning.paymentId, write.beginning.former.id]
    case 'refund':
      return [write.refund.paymentId, write.refund.id]
    case 'refund_move':
      return [write.move.paymentId, write.move.refundId]
    case 'refund_schedule':
      return [write.schedule.refundId]
    case 'attempt_move':
      return [write.move.paymentId, write.move.attemptId]
    // A move to paid owes the bill that this one is about.
    case 'bill_move':
      return [write.move.attemptId]
    case 'attempt_schedule':
      return [write.schedule.attemptId]
    case 'notification':
      return [write.row.id]
    case 'notification_settled':
      return [write.id]
    // Rows that are written once, or left as they are: no two units wait for each other.
    case 'settlement_rows':
    case 'settlement_file':
    case 'case':
    case 'posting':
    case 'reconciliation_rows':
      return []
    case 'reconciliation':
      return [write.row.id]
    case 'reconciliation_move':
      return [write.move.id]
    case 'case_resolved':
      return [write.id]
    case 'webhook_endpoint':
    case 'webhook_endpoint_change':
      return [write.row.id]
    case 'webhook_health':
    case 'webhook_endpoint_gone':
      return [write.endpointId]
    case 'webhook_try':
      return [write.outcome.deliveryId]
    case 'webhook_replay':
      return [write.replay.deliveryId]
    default:
      return write satisfies never
  }
}

const scopeName = ({ tenant, clientId, method, path, key }: IdempotencyScope): string =>
  JSON.stringify([tenant, clientId, method, path, key])
