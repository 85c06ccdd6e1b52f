/** The path of one endpoint. What does not look like an id of ours is not asked for. */
import { GatewayError } from '#domain/errors.ts'
import { isId, pathId } from '../schemas.ts'

export const endpointPath = pathId('whe')

/** Throws `webhook_endpoint_not_found`. */
export function endpointNamedBy({ id }: { readonly id: string }): string {
  if (!isId('whe', id)) throw new GatewayError('webhook_endpoint_not_found', 'not an id of a webhook endpoint')
  return id
}
