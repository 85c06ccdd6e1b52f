/** The path of one delivery. What does not look like an id of ours is not asked for. */
import { GatewayError } from '#domain/errors.ts'
import { isId, pathId } from '../schemas.ts'

export const deliveryPath = pathId('whd')

/** Throws `webhook_delivery_not_found`. */
export function deliveryNamedBy({ id }: { readonly id: string }): string {
  if (!isId('whd', id)) throw new GatewayError('webhook_delivery_not_found', 'not an id of a webhook delivery')
  return id
}
