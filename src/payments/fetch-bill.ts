/**
 * The job that brings the portal's bill home: asks for what is owed and due, and keeps it byte for byte. Two of them on one
 * bill, or one that was paused for an hour, keep it once.
 */
import type { OwedBill } from '#domain/bill.ts'
import type { Payment } from '#domain/payment.ts'
import type { Job } from '#domain/ports/job-queue.ts'
import { CommitConflict, type BillMove } from '#domain/ports/unit-of-work.ts'
import { billStep } from './audited-steps.ts'
import { askForBill } from './bill-call.ts'
import { decideBill, type BillObservation } from './decide-bill.ts'
import type { PaymentBudgets, PaymentsDeps } from './deps.ts'
import { wakeBillWhenDue } from './wake-when-due.ts'

export type FetchBill = (job: Extract<Job, { kind: 'fetch_bill' }>) => Promise<void>

/** So many notifications that wait to be confirmed are a rush; a steady stream leaves tens of them. */
const rush = 200

/**
 * In a rush confirming goes first: nobody waits for a bill unread, and whoever wants one at once is asked for on the way. It stays due,
 * and the sweep finds it again. Rejects when the store is away, or for a fault of ours; then it stays due as well.
 */
export function createFetchBill(deps: PaymentsDeps, { billMs }: PaymentBudgets): FetchBill {
  return async ({ tenant, attemptId }) => {
    if (await deps.notifications.hasBacklog(rush)) return
    const owed = await deps.bills.find(tenant, attemptId)
    if (owed?.dueAtMs === undefined || owed.dueAtMs > deps.clock.nowMs()) return
    const payment = await deps.payments.findByAttempt(tenant, attemptId)
    if (payment === undefined) return
    const startedMs = deps.clock.monotonicMs()
    const seen = await askForBill(deps, payment, { deadlineMs: startedMs + billMs })
    await recordBill(deps, { payment, owed, seen }, { action: 'fetchBill', startedMs })
  }
}

export interface AskedBill {
  readonly payment: Payment
  readonly owed: OwedBill
  readonly seen: BillObservation
}

/** Somebody else may have been faster: then nothing is written, and what they wrote is as good. */
export async function recordBill(
  deps: Pick<PaymentsDeps, 'unitOfWork' | 'accountability' | 'jobs' | 'clock'>,
  { payment, owed, seen }: AskedBill,
  { action, startedMs }: { readonly action: string; readonly startedMs: number },
): Promise<void> {
  const { clock, accountability, unitOfWork } = deps
  const move = decideBill(owed, seen, clock.nowMs())
  const latencyMs = clock.monotonicMs() - startedMs
  const entries = isOver(move) ? [accountability.enter(billStep(payment, { action, move, latencyMs }))] : []
  try {
    await unitOfWork.commit({ tenant: payment.tenant, entries, writes: [{ kind: 'bill_move', move }] })
    wakeBillWhenDue(deps, payment, move.dueAtMs)
  } catch (error) {
    if (!(error instanceof CommitConflict)) throw error
  }
}

const isOver = ({ to }: BillMove): boolean => to !== 'wanted'
