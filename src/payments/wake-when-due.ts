/**
 * Queues the next look at an attempt, a refund or a bill that is due before the sweep would come by. Later looks need no job: what is due stands
 * in the row, and a healthy payment costs the queue nothing.
 */
import type { Clock } from '#domain/clock.ts'
import type { Payment } from '#domain/payment.ts'
import type { Refund } from '#domain/refund.ts'
import type { JobQueue } from '#domain/ports/job-queue.ts'
import type { Applied } from './apply.ts'

/** How often `sweep` runs. */
const sweepEveryMs = 60_000

export function wakeWhenDue(
  { jobs, clock }: { readonly jobs: JobQueue; readonly clock: Clock },
  { payment, write }: Applied,
): void {
  const { id, tenant, attempt } = payment
  if (write?.kind === 'attempt_move') wakeBillWhenDue({ jobs, clock }, payment, write.move.billDueAtMs ?? null)
  if (attempt.dueAtMs === undefined || attempt.dueAtMs - clock.nowMs() > sweepEveryMs) return
  jobs.enqueue({ kind: 'settle_attempt', tenant, paymentId: id, attemptId: attempt.id }, attempt.dueAtMs)
}

export function wakeBillWhenDue(
  { jobs, clock }: { readonly jobs: JobQueue; readonly clock: Clock },
  { tenant, attempt }: Payment,
  dueAtMs: number | null,
): void {
  if (dueAtMs === null || dueAtMs - clock.nowMs() > sweepEveryMs) return
  jobs.enqueue({ kind: 'fetch_bill', tenant, attemptId: attempt.id }, dueAtMs)
}

export function wakeRefundWhenDue(
  { jobs, clock }: { readonly jobs: JobQueue; readonly clock: Clock },
  { id, tenant, dueAtMs }: Refund,
): void {
  if (dueAtMs === undefined || dueAtMs - clock.nowMs() > sweepEveryMs) return
  jobs.enqueue({ kind: 'settle_refund', tenant, refundId: id }, dueAtMs)
}
