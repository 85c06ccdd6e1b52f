/** A refund as it stands. Where the portal has not said its last word it is asked on the way, for at most two seconds. */
import { before } from '#domain/deadline.ts'
import { GatewayError } from '#domain/errors.ts'
import type { Refund, RefundState } from '#domain/refund.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { RefundOfPayment } from './apply-refund.ts'
import type { PaymentsDeps } from './deps.ts'
import { lookBudgetMs } from './get-payment.ts'
import { presentRefund, type RefundView } from './present-refund.ts'
import { recordRefund } from './record-refund.ts'
import { askAboutRefund } from './refund-call.ts'

interface Subject {
  readonly paymentId: string
  readonly refundId: string
}

export type GetRefund = (subject: Subject, request: RequestContext) => Promise<RefundView>

/** Throws `payment_not_found` and `refund_not_found`, also for another tenant's, and for another payment's refund. */
export function createGetRefund(deps: PaymentsDeps): GetRefund {
  return async (subject, request) => {
    const { tenant } = request.principal
    const known = await findRefundOfPayment(deps, tenant, subject)
    const { refund } = isOpen(known.refund, deps.clock.nowMs()) ? await lookUpstream(deps, known) : known
    return presentRefund(refund, deps.livemode(tenant))
  }
}

export async function findRefundOfPayment(
  { payments, refunds }: Pick<PaymentsDeps, 'payments' | 'refunds'>,
  tenant: string,
  { paymentId, refundId }: Subject,
): Promise<RefundOfPayment> {
  const payment = await payments.find(tenant, paymentId)
  if (payment === undefined) throw new GatewayError('payment_not_found', 'no such payment in the tenant')
  const refund = await refunds.find(tenant, refundId)
  if (refund?.paymentId !== paymentId) throw new GatewayError('refund_not_found', 'the payment has no such refund')
  return { payment, refund }
}

const open: readonly RefundState[] = ['in_doubt', 'accepted']

/** Who is sending it at this moment will know before anybody who asks. */
const isOpen = ({ state, dueAtMs }: Refund, nowMs: number): boolean =>
  open.includes(state) || (state === 'submitting' && dueAtMs !== undefined && dueAtMs <= nowMs)

/** Only asks: sending REFUND again is the job's. */
async function lookUpstream(deps: PaymentsDeps, known: RefundOfPayment): Promise<RefundOfPayment> {
  const { refund } = known
  const portal = deps.portal(refund.tenant, refund.connection)
  if (portal === undefined) return known
  const startedMs = deps.clock.monotonicMs()
  const seen = await before(deps, startedMs + lookBudgetMs, (call) => askAboutRefund(portal.port, refund, call))
  if (seen.kind !== 'known') return known
  try {
    return await recordRefund(deps, known, seen, { action: 'getRefund', startedMs, movesOnly: true })
  } catch (error) {
    // Reading goes on while nothing can be written: what was read is what is known for certain.
    if (error instanceof GatewayError && error.code === 'storage_unavailable') return known
    throw error
  }
}
