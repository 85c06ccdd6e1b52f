/** Sends an event again because somebody asks: one that is dead, one that was lost over there, or one they will not wait for. */
import { GatewayError } from '#domain/errors.ts'
import { keyWrites, storedJson, type Keyed } from '#domain/keyed-answer.ts'
import { CommitConflict } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { webhookStep } from './audited-steps.ts'
import { endpointNotFound } from './change-webhook-endpoint.ts'
import type { WebhooksDeps } from './deps.ts'
import { presentDelivery, type DeliveryView } from './present-webhook.ts'
import { deliveryNotFound } from './read-webhooks.ts'

export type ReplayWebhookDelivery = (id: string, request: RequestContext, keyed?: Keyed) => Promise<DeliveryView>

const acceptedStatus = 202
/** A try that ends at this very moment gets in between. */
const maxTries = 10

/** Throws `webhook_delivery_not_found` and `webhook_endpoint_disabled`. */
export function createReplayWebhookDelivery(
  deps: Pick<WebhooksDeps, 'endpoints' | 'deliveries' | 'unitOfWork' | 'accountability' | 'livemode' | 'clock'>,
): ReplayWebhookDelivery {
  const replay: ReplayWebhookDelivery = async (id, request, keyed) => {
    const { tenant } = request.principal
    const delivery = await deps.deliveries.find(tenant, id)
    if (delivery === undefined) throw deliveryNotFound()
    const endpoint = await deps.endpoints.find(tenant, delivery.endpointId)
    if (endpoint === undefined) throw endpointNotFound()
    if (endpoint.state === 'disabled') {
      throw new GatewayError('webhook_endpoint_disabled', 'the endpoint of the delivery is disabled')
    }
    const dueAtMs = deps.clock.nowMs()
    const view = presentDelivery({ ...delivery, state: 'pending', dueAtMs }, deps.livemode(tenant))
    const answer = storedJson(acceptedStatus, view)
    const step = webhookStep(request, deps.clock, {
      action: 'replayWebhookDelivery',
      result: 'webhook_replayed',
      httpStatus: acceptedStatus,
      input: id,
      output: answer.body,
    })
    await deps.unitOfWork.commit({
      tenant,
      entries: [deps.accountability.enter(step)],
      writes: [
        { kind: 'webhook_replay', replay: { deliveryId: id, expectedVersion: delivery.version, dueAtMs } },
        ...keyWrites(keyed, answer, dueAtMs),
      ],
    })
    return view
  }
  return async (...asked) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await replay(...asked)
      } catch (error) {
        if (!(error instanceof CommitConflict) || error.conflict !== 'stale' || tries === maxTries) throw error
      }
    }
  }
}
