/** Sends a refund that nobody objects to: taken up by a conditional update, sent with no transaction open, written down. */
import type { RequestContext } from '#domain/request-context.ts'
import type { RefundOfPayment } from './apply-refund.ts'
import { isPassing } from './conclude.ts'
import type { PaymentBudgets, PaymentsDeps } from './deps.ts'
import { readRefund, recordRefund, takeUpRefund } from './record-refund.ts'
import { sendRefund } from './refund-call.ts'

/** Rejects when the store is away; the refund is due then, and the sweep finds it. */
export async function submitRefund(
  deps: PaymentsDeps,
  { initMs }: PaymentBudgets,
  approved: RefundOfPayment,
  { action, request }: { readonly action: string; readonly request?: RequestContext },
): Promise<RefundOfPayment> {
  const startedMs = deps.clock.monotonicMs()
  // Taken before the row is written: who was paused in between must not send for a refund that others look after since.
  const deadlineMs = startedMs + initMs
  const recording = { action, startedMs, ...(request === undefined ? {} : { request }) }
  const taken = await takeUpRefund(deps, approved, recording)
  if (taken === undefined) return readRefund(deps, approved)
  const portal = deps.portal(taken.refund.tenant, taken.refund.connection)
  const seen =
    portal === undefined
      ? ({ kind: 'not_sent' } as const)
      : await sendRefund({ ...deps, port: portal.port }, taken.refund, { deadlineMs, isFirst: true })
  return recordRefund(deps, taken, seen, recording)
}

/** For who owes an answer: what nobody has approved waits, and what could not be written now is left to the sweep. */
export async function submitOrLeave(
  deps: PaymentsDeps,
  budgets: PaymentBudgets,
  known: RefundOfPayment,
  by: { readonly action: string; readonly request: RequestContext },
): Promise<RefundOfPayment> {
  if (known.refund.state !== 'approved') return known
  try {
    return await submitRefund(deps, budgets, known, by)
  } catch (error) {
    if (!isPassing(error)) deps.log.error({ operation: by.action, error }, 'the refund could not be sent')
    return known
  }
}
