/** Registers an address that wants to be told. Events from then on are owed to it; those before stand in the feed. */
import { GatewayError } from '#domain/errors.ts'
import { keyWrites, storedJson, type Keyed } from '#domain/keyed-answer.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { EventType, SignatureScheme, WebhookEndpoint } from '#domain/webhook.ts'
import { webhookStep } from './audited-steps.ts'
import type { WebhooksDeps } from './deps.ts'
import { presentEndpoint, type EndpointView } from './present-webhook.ts'
import { acceptWebhookUrl } from './webhook-url.ts'

export interface CreateWebhookEndpointInput {
  readonly url: string
  /** Empty: all. */
  readonly eventTypes: readonly EventType[]
  readonly description?: string
  readonly signatureScheme: SignatureScheme
}

export type CreateWebhookEndpoint = (
  input: CreateWebhookEndpointInput,
  request: RequestContext,
  keyed?: Keyed,
) => Promise<EndpointView>

/** Each event costs a row per endpoint; nobody has that many systems. */
const maxEndpoints = 50
const status = 201

/** Throws `webhook_url_not_allowed` and `webhook_endpoint_limit`. */
export function createCreateWebhookEndpoint(
  deps: Pick<
    WebhooksDeps,
    'endpoints' | 'unitOfWork' | 'accountability' | 'keys' | 'allowedOrigins' | 'keysUrl' | 'livemode' | 'clock' | 'ids'
  >,
): CreateWebhookEndpoint {
  return async (input, request, keyed) => {
    const { tenant } = request.principal
    const { eventTypes, description, signatureScheme: scheme } = input
    const url = acceptWebhookUrl(input.url, deps.allowedOrigins)
    if ((await deps.endpoints.count(tenant)) >= maxEndpoints) {
      throw new GatewayError('webhook_endpoint_limit', 'the tenant has as many webhook endpoints as it may')
    }
    const nowMs = deps.clock.nowMs()
    const endpoint: WebhookEndpoint = {
      id: deps.ids.next('whe'),
      tenant,
      url,
      eventTypes,
      ...(description === undefined ? {} : { description }),
      scheme,
      secret: { epoch: deps.keys.currentEpoch(), version: 1 },
      state: 'enabled',
      version: 1,
      health: { failures: 0 },
      createdAtMs: nowMs,
    }
    const view = presentEndpoint(deps, endpoint)
    const answer = storedJson(status, view)
    const step = webhookStep(request, deps.clock, {
      action: 'createWebhookEndpoint',
      result: 'webhook_endpoint_created',
      httpStatus: status,
      input: JSON.stringify(input),
      output: answer.body,
    })
    await deps.unitOfWork.commit({
      tenant,
      entries: [deps.accountability.enter(step)],
      writes: [{ kind: 'webhook_endpoint', row: endpoint }, ...keyWrites(keyed, answer, nowMs)],
    })
    return view
  }
}
