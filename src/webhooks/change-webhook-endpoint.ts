/** Changes to an endpoint: what it is told and where, whether at all, and its secret. Who comes second changes what then stands. */
import { GatewayError } from '#domain/errors.ts'
import { keyWrites, storedJson, type Keyed } from '#domain/keyed-answer.ts'
import { CommitConflict } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { EndpointState, EventType, WebhookEndpoint } from '#domain/webhook.ts'
import { webhookStep } from './audited-steps.ts'
import type { WebhooksDeps } from './deps.ts'
import { presentEndpoint, type EndpointView } from './present-webhook.ts'
import { acceptWebhookUrl } from './webhook-url.ts'

export interface UpdateWebhookEndpointInput {
  readonly url: string
  /** Empty: all. */
  readonly eventTypes: readonly EventType[]
  readonly description?: string
  readonly state: EndpointState
}

export type UpdateWebhookEndpoint = (
  id: string,
  input: UpdateWebhookEndpointInput,
  request: RequestContext,
) => Promise<EndpointView>

export type RotateWebhookSecret = (id: string, request: RequestContext, keyed?: Keyed) => Promise<EndpointView>

type Deps = Pick<
  WebhooksDeps,
  'endpoints' | 'unitOfWork' | 'accountability' | 'keys' | 'allowedOrigins' | 'keysUrl' | 'livemode' | 'clock'
>

/** How long a former secret signs beside its successor (reliability 5.6). */
const bothSignForMs = 7 * 24 * 3_600_000
/** Losing to other changes: a handful of people at most. */
const maxTries = 10

/** Throws `webhook_endpoint_not_found` and `webhook_url_not_allowed`. Enabling forgets what the receiver failed at before. */
export function createUpdateWebhookEndpoint(deps: Deps): UpdateWebhookEndpoint {
  return (id, input, request) => {
    const url = acceptWebhookUrl(input.url, deps.allowedOrigins)
    const step = { action: 'updateWebhookEndpoint', result: `webhook_endpoint_${input.state}` }
    return change(deps, id, { ...step, request, input: JSON.stringify(input) }, (endpoint) => {
      const { description: _described, disabledBy, ...rest } = endpoint
      const { eventTypes, description, state } = input
      return {
        ...rest,
        url,
        eventTypes,
        ...(description === undefined ? {} : { description }),
        state,
        ...(state === 'enabled' ? {} : { disabledBy: disabledBy ?? 'client' }),
        health: { failures: 0 },
      }
    })
  }
}

/** Throws `webhook_endpoint_not_found` and `webhook_secret_not_used`. */
export function createRotateWebhookSecret(deps: Deps): RotateWebhookSecret {
  return (id, request, keyed) => {
    const step = { action: 'rotateWebhookSecret', result: 'webhook_secret_rotated' }
    return change(deps, id, { ...step, request, input: id, ...(keyed === undefined ? {} : { keyed }) }, (endpoint) => {
      refuseWithoutSecret(endpoint)
      const { secret } = endpoint
      return {
        ...endpoint,
        secret: { epoch: deps.keys.currentEpoch(), version: secret.version + 1 },
        formerSecret: { ...secret, untilMs: deps.clock.nowMs() + bothSignForMs },
      }
    })
  }
}

export function refuseWithoutSecret({ scheme }: WebhookEndpoint): void {
  if (scheme === 'hmac-sha256') return
  throw new GatewayError('webhook_secret_not_used', 'the endpoint is signed for with Ed25519')
}

interface Change {
  readonly action: string
  readonly result: string
  readonly request: RequestContext
  readonly input: string
  readonly keyed?: Keyed
}

async function change(
  deps: Deps,
  id: string,
  told: Change,
  changed: (endpoint: WebhookEndpoint) => WebhookEndpoint,
): Promise<EndpointView> {
  for (let tries = 1; ; tries += 1) {
    const endpoint = await deps.endpoints.find(told.request.principal.tenant, id)
    if (endpoint === undefined) throw endpointNotFound()
    try {
      return await commit(deps, told, { ...changed(endpoint), version: endpoint.version + 1 })
    } catch (error) {
      if (!(error instanceof CommitConflict) || error.conflict !== 'stale' || tries === maxTries) throw error
    }
  }
}

export const endpointNotFound = (): GatewayError =>
  new GatewayError('webhook_endpoint_not_found', 'no such webhook endpoint in the tenant')

async function commit(
  deps: Deps,
  { action, result, request, input, keyed }: Change,
  endpoint: WebhookEndpoint,
): Promise<EndpointView> {
  const view = presentEndpoint(deps, endpoint)
  const answer = storedJson(200, view)
  const step = webhookStep(request, deps.clock, { action, result, httpStatus: 200, input, output: answer.body })
  await deps.unitOfWork.commit({
    tenant: endpoint.tenant,
    entries: [deps.accountability.enter(step)],
    writes: [{ kind: 'webhook_endpoint_change', row: endpoint }, ...keyWrites(keyed, answer, deps.clock.nowMs())],
  })
  return view
}
