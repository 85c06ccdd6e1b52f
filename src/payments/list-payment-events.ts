/** The whole story of a payment, oldest first, gapless by `sequence`. */
import { GatewayError } from '#domain/errors.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { PaymentsDeps } from './deps.ts'
import { presentEvent, type PaymentEventView } from './present-payment.ts'

export type ListPaymentEvents = (id: string, request: RequestContext) => Promise<readonly PaymentEventView[]>

/** Throws `payment_not_found`, also for another tenant's. */
export function createListPaymentEvents({
  payments,
  livemode,
}: Pick<PaymentsDeps, 'payments' | 'livemode'>): ListPaymentEvents {
  return async (id, { principal: { tenant } }) => {
    const payment = await payments.find(tenant, id)
    if (payment === undefined) throw new GatewayError('payment_not_found', 'no such payment in the tenant')
    const events = await payments.events(tenant, id)
    return events.map((event) => presentEvent(payment, event, livemode(tenant)))
  }
}
