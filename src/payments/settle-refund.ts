/** The job that brings refunds to their end: sends what was approved, asks about what was sent. Twice, or late, it changes nothing twice. */
import type { Job } from '#domain/ports/job-queue.ts'
import type { PaymentBudgets, PaymentsDeps } from './deps.ts'
import { recordRefund } from './record-refund.ts'
import { examineRefund } from './refund-call.ts'
import { submitRefund } from './submit-refund.ts'

export type SettleRefund = (job: Extract<Job, { kind: 'settle_refund' }>) => Promise<void>

const action = 'settleRefund'

/** Rejects when the store is away, or for a fault of ours; the refund stays due, and the sweep finds it again. */
export function createSettleRefund(deps: PaymentsDeps, budgets: PaymentBudgets): SettleRefund {
  return async ({ tenant, refundId }) => {
    const refund = await deps.refunds.find(tenant, refundId)
    if (refund?.dueAtMs === undefined || refund.dueAtMs > deps.clock.nowMs()) return
    const payment = await deps.payments.find(tenant, refund.paymentId)
    if (payment === undefined) return
    const known = { payment, refund }
    if (refund.state === 'approved') {
      await submitRefund(deps, budgets, known, { action })
      return
    }
    const startedMs = deps.clock.monotonicMs()
    const portal = deps.portal(tenant, refund.connection)
    const seen =
      portal === undefined
        ? ({ kind: 'unasked' } as const)
        : await examineRefund({ ...deps, port: portal.port, budgets }, refund)
    await recordRefund(deps, known, seen, { action, startedMs })
  }
}
