/** The tenant's payments, newest first, as they stand in the store: a list asks no portal. */
import type { Page, PaymentFilter } from '#domain/ports/stores.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { PaymentsDeps } from './deps.ts'
import { presentPayment, type PaymentView } from './present-payment.ts'

export type ListPayments = (
  filter: PaymentFilter,
  page: { readonly limit: number; readonly after?: string },
  request: RequestContext,
) => Promise<Page<PaymentView>>

export function createListPayments({ payments, livemode }: Pick<PaymentsDeps, 'payments' | 'livemode'>): ListPayments {
  return async (filter, { limit, after }, { principal: { tenant } }) => {
    const { items, next } = await payments.list(tenant, filter, limit, after)
    const views = items.map((payment) => presentPayment(payment, livemode(tenant)))
    return { items: views, ...(next === undefined ? {} : { next }) }
  }
}
