/**
 * Where the payer's browser goes when it leaves the pay page: to the client, with a signed word about what is known here
 * at that moment. Whoever holds the link may open it, so it asks no portal and changes nothing.
 */
import type { PaymentsDeps } from './deps.ts'
import { withReturnToken } from './return-url.ts'

export type ReturnPayer = (
  connection: string,
  portalReference: string,
) => Promise<{ readonly location: string } | undefined>

/** `undefined`: no such payment, or its client gave no `returnUrl`. */
export function createReturnPayer({
  payments,
  signReturnToken,
}: Pick<PaymentsDeps, 'payments' | 'signReturnToken'>): ReturnPayer {
  return async (connection, portalReference) => {
    const payment = await payments.findByPortalReference(connection, portalReference)
    if (payment?.returnUrl === undefined) return undefined
    const token = await signReturnToken({ paymentId: payment.id, state: payment.state })
    return { location: withReturnToken(payment.returnUrl, token) }
  }
}
