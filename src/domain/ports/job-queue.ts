/**
 * Work that must happen even if this process dies. The queue is the safety net, never the lock: each job is an
 * idempotent conditional update, and what is due also stands in the database (`Attempt.dueAtMs`, unsettled notifications),
 * so a job lost between commit and enqueue is found by the sweep.
 */
export type Job =
  | {
      readonly kind: 'settle_attempt'
      readonly tenant: string
      readonly paymentId: string
      /** A former attempt that is still watched; absent: the payment's live or paid one, else its newest. */
      readonly attemptId?: string
    }
  | { readonly kind: 'settle_refund'; readonly tenant: string; readonly refundId: string }
  | { readonly kind: 'fetch_bill'; readonly tenant: string; readonly attemptId: string }
  | { readonly kind: 'confirm_notification'; readonly notificationId: string }

/** Work of its own pace: it may take an hour, and goes on from its cursor. */
export interface ReconcileJob {
  readonly kind: 'reconcile'
  readonly tenant: string
  readonly reconciliationId: string
}

/** As `JobQueue`; what was begun and lost is found by the hourly plan. */
export interface ReconciliationQueue {
  enqueue(job: ReconcileJob, atMs: number): void
}

export interface JobQueue {
  /** Queues `job` to run at `atMs` (epoch) or soon after; the same job queued twice is one job. Never rejects: a failure is logged, the sweep finds the work. */
  enqueue(job: Job, atMs: number): void
}
