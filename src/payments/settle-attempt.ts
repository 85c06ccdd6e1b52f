/**
 * The job that ends doubt: asks the portal about an attempt that is due, sends its INIT again where that is the way out,
 * and writes down what follows. Two of them on one attempt, or one that was paused for an hour, change nothing twice.
 */
import type { Payment } from '#domain/payment.ts'
import type { Job } from '#domain/ports/job-queue.ts'
import type { PaymentBudgets, PaymentsDeps } from './deps.ts'
import { examine } from './portal-call.ts'
import { record } from './record.ts'

export type SettleAttempt = (job: Extract<Job, { kind: 'settle_attempt' }>) => Promise<void>

/** Rejects when the store is away, or for a fault of ours; the attempt stays due, and the sweep finds it again. */
export function createSettleAttempt(deps: PaymentsDeps, budgets: PaymentBudgets): SettleAttempt {
  return async ({ tenant, paymentId, attemptId }) => {
    const payment = await find(deps, tenant, paymentId, attemptId)
    if (payment === undefined || !isDue(payment, deps.clock.nowMs())) return
    const startedMs = deps.clock.monotonicMs()
    const portal = deps.portal(tenant, payment.attempt.connection)
    // The account was taken out of the configuration: to be looked at later all the same, it may come back.
    const examined =
      portal === undefined
        ? { payment, seen: { kind: 'unasked' } as const }
        : await examine({ ...deps, port: portal.port, budgets }, payment)
    await record(deps, examined.payment, examined.seen, { action: 'settleAttempt', startedMs })
  }
}

const find = ({ payments }: PaymentsDeps, tenant: string, paymentId: string, attemptId?: string) =>
  attemptId === undefined ? payments.find(tenant, paymentId) : payments.findByAttempt(tenant, attemptId)

/** A job that comes twice, or too early, finds that nothing is due and leaves the schedule alone. */
const isDue = ({ attempt }: Payment, nowMs: number): boolean =>
  attempt.dueAtMs !== undefined && attempt.dueAtMs <= nowMs
