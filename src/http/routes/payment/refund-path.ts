/** The path of one refund of one payment. What does not look like an id of ours is not asked for. */
import { z } from 'zod'
import { GatewayError } from '#domain/errors.ts'
import { idOf, isId } from '../schemas.ts'

export const refundPath = z.strictObject({ id: idOf('pay'), refundId: idOf('ref') })

/** Throws `payment_not_found` and `refund_not_found`. */
export function refundNamedBy({ id, refundId }: z.infer<typeof refundPath>) {
  if (!isId('pay', id)) throw new GatewayError('payment_not_found', 'not an id of a payment')
  if (!isId('ref', refundId)) throw new GatewayError('refund_not_found', 'not an id of a refund')
  return { paymentId: id, refundId }
}
