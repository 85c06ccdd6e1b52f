/** Looking at endpoints, their secrets, and what became of each delivery. */
import { GatewayError } from '#domain/errors.ts'
import type { DeliveryFilter } from '#domain/ports/webhook-stores.ts'
import type { Page, PageWish } from '#domain/ports/stores.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { EndpointState, WebhookEndpoint } from '#domain/webhook.ts'
import { webhookStep } from './audited-steps.ts'
import { endpointNotFound, refuseWithoutSecret } from './change-webhook-endpoint.ts'
import type { WebhooksDeps } from './deps.ts'
import {
  presentDelivery,
  presentEndpoint,
  presentTry,
  type DeliveryView,
  type EndpointView,
  type TryView,
} from './present-webhook.ts'
import { secretsOf, secretText } from './sign-webhook.ts'

export interface WebhookSecretView {
  readonly id: string
  /** `whsec_…`: what signs from now on. */
  readonly secret: string
  /** Signs beside it until then. */
  readonly former?: { readonly secret: string; readonly until: string }
  readonly livemode: boolean
}

export interface ReadWebhooks {
  endpoints(
    filter: { readonly state?: EndpointState },
    page: PageWish,
    request: RequestContext,
  ): Promise<Page<EndpointView>>
  /** Throws `webhook_endpoint_not_found`. */
  endpoint(id: string, request: RequestContext): Promise<EndpointView>
  /** Throws `webhook_endpoint_not_found` and `webhook_secret_not_used`. Who saw a secret stands in the audit log. */
  secret(id: string, request: RequestContext): Promise<WebhookSecretView>
  deliveries(filter: DeliveryFilter, page: PageWish, request: RequestContext): Promise<Page<DeliveryView>>
  /** With its tries. Throws `webhook_delivery_not_found`. */
  delivery(id: string, request: RequestContext): Promise<DeliveryView & { readonly log: readonly TryView[] }>
}

type Deps = Pick<
  WebhooksDeps,
  'endpoints' | 'deliveries' | 'unitOfWork' | 'accountability' | 'keys' | 'keysUrl' | 'livemode' | 'clock'
>

export function createReadWebhooks(deps: Deps): ReadWebhooks {
  const found = async (id: string, { principal: { tenant } }: RequestContext) => {
    const endpoint = await deps.endpoints.find(tenant, id)
    if (endpoint === undefined) throw endpointNotFound()
    return endpoint
  }
  return {
    endpoints: async (filter, { limit, after }, { principal: { tenant } }) => {
      const page = await deps.endpoints.list(tenant, filter, limit, after)
      return { ...page, items: page.items.map((endpoint) => presentEndpoint(deps, endpoint)) }
    },
    endpoint: async (id, request) => presentEndpoint(deps, await found(id, request)),
    secret: async (id, request) => revealSecret(deps, await found(id, request), request),
    deliveries: async (filter, { limit, after }, { principal: { tenant } }) => {
      const page = await deps.deliveries.list(tenant, filter, limit, after)
      return { ...page, items: page.items.map((delivery) => presentDelivery(delivery, deps.livemode(tenant))) }
    },
    delivery: async (id, { principal: { tenant } }) => {
      const delivery = await deps.deliveries.find(tenant, id)
      if (delivery === undefined) throw deliveryNotFound()
      const tries = await deps.deliveries.tries(tenant, id)
      return { ...presentDelivery(delivery, deps.livemode(tenant)), log: tries.map(presentTry) }
    },
  }
}

export const deliveryNotFound = (): GatewayError =>
  new GatewayError('webhook_delivery_not_found', 'no such webhook delivery in the tenant')

async function revealSecret(
  deps: Deps,
  endpoint: WebhookEndpoint,
  request: RequestContext,
): Promise<WebhookSecretView> {
  refuseWithoutSecret(endpoint)
  const { id, tenant, formerSecret } = endpoint
  const [secret = '', former] = secretsOf(deps.keys, endpoint, deps.clock.nowMs()).map(secretText)
  const step = webhookStep(request, deps.clock, {
    action: 'getWebhookSecret',
    result: 'webhook_secret_shown',
    httpStatus: 200,
    input: id,
    // The answer is the secret itself: not even a digest of it is kept.
    output: '',
  })
  await deps.unitOfWork.commit({ tenant, entries: [deps.accountability.enter(step)], writes: [] })
  return {
    id,
    secret,
    ...(former === undefined || formerSecret === undefined
      ? {}
      : { former: { secret: former, until: new Date(formerSecret.untilMs).toISOString() } }),
    livemode: deps.livemode(tenant),
  }
}
