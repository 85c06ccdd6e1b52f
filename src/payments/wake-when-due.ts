/**
 * Queues the next look at an attempt or a refund that is due before the sweep would come by. Later looks need no job: what is due stands
 * in the row, and a healthy payment costs the queue nothing.
 */
import type { Clock } from '#domain/clock.ts'
import type { Payment } from '#domain/payment.ts'
import type { Refund } from '#domain/refund.ts'
import type { JobQueue } from '#domain/ports/job-queue.ts'

/** How often `sweep` runs. */
const sweepEveryMs = 60_000

export function wakeWhenDue(
  { jobs, clock }: { readonly jobs: JobQueue; readonly clock: Clock },
  { id, tenant, attempt }: Payment,
): void {
  if (attempt.dueAtMs === undefined || attempt.dueAtMs - clock.nowMs() > sweepEveryMs) return
  jobs.enqueue({ kind: 'settle_attempt', tenant, paymentId: id, attemptId: attempt.id }, attempt.dueAtMs)
}

export function wakeRefundWhenDue(
  { jobs, clock }: { readonly jobs: JobQueue; readonly clock: Clock },
  { id, tenant, dueAtMs }: Refund,
): void {
  if (dueAtMs === undefined || dueAtMs - clock.nowMs() > sweepEveryMs) return
  jobs.enqueue({ kind: 'settle_refund', tenant, refundId: id }, dueAtMs)
}
