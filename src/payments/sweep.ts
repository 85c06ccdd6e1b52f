/** The safety net: whatever the store says is due becomes a job, also when the job it once had was lost. News of money comes first, bills last. */
import type { PaymentsDeps } from './deps.ts'

/**
 * Of each kind per run; what is left over is older at the next run, and comes first. A run comes every minute, so this is what
 * one portal answers in a minute with time to spare: orders nobody pays are asked about every hour, and must not keep the doubtful waiting.
 */
const maxPerRun = 5_000

export function createSweep({
  payments,
  refunds,
  bills,
  notifications,
  jobs,
  clock,
}: Pick<PaymentsDeps, 'payments' | 'refunds' | 'bills' | 'notifications' | 'jobs' | 'clock'>): () => Promise<void> {
  return async () => {
    const nowMs = clock.nowMs()
    for (const { id } of await notifications.unsettled(maxPerRun)) {
      jobs.enqueue({ kind: 'confirm_notification', notificationId: id }, nowMs)
    }
    for (const due of await payments.due(nowMs, maxPerRun)) jobs.enqueue({ kind: 'settle_attempt', ...due }, nowMs)
    for (const due of await refunds.due(nowMs, maxPerRun)) jobs.enqueue({ kind: 'settle_refund', ...due }, nowMs)
    for (const due of await bills.due(nowMs, maxPerRun)) jobs.enqueue({ kind: 'fetch_bill', ...due }, nowMs)
  }
}
