/** The refunds of a payment, newest first, as they stand in the store: a list asks no portal. */
import { GatewayError } from '#domain/errors.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { PaymentsDeps } from './deps.ts'
import { presentRefund, type RefundView } from './present-refund.ts'

export type ListRefunds = (paymentId: string, request: RequestContext) => Promise<readonly RefundView[]>

/** Throws `payment_not_found`, also for another tenant's. */
export function createListRefunds({ payments, refunds, livemode }: PaymentsDeps): ListRefunds {
  return async (paymentId, { principal: { tenant } }) => {
    const payment = await payments.find(tenant, paymentId)
    if (payment === undefined) throw new GatewayError('payment_not_found', 'no such payment in the tenant')
    return (await refunds.list(tenant, paymentId)).map((refund) => presentRefund(refund, livemode(tenant)))
  }
}
