/** The webhooks module, put together. */
import {
  createRotateWebhookSecret,
  createUpdateWebhookEndpoint,
  type RotateWebhookSecret,
  type UpdateWebhookEndpoint,
} from './change-webhook-endpoint.ts'
import { createCreateWebhookEndpoint, type CreateWebhookEndpoint } from './create-webhook-endpoint.ts'
import type { WebhooksDeps } from './deps.ts'
import { createDispatcher, type WebhookDispatcher } from './dispatcher.ts'
import { createListEvents, type ListEvents } from './list-events.ts'
import { createReadWebhooks, type ReadWebhooks } from './read-webhooks.ts'
import { createReplayWebhookDelivery, type ReplayWebhookDelivery } from './replay-webhook-delivery.ts'

export interface Webhooks {
  readonly create: CreateWebhookEndpoint
  readonly update: UpdateWebhookEndpoint
  readonly rotateSecret: RotateWebhookSecret
  readonly read: ReadWebhooks
  readonly replay: ReplayWebhookDelivery
  readonly listEvents: ListEvents
  readonly dispatcher: WebhookDispatcher
}

export const createWebhooks = (deps: WebhooksDeps): Webhooks => ({
  create: createCreateWebhookEndpoint(deps),
  update: createUpdateWebhookEndpoint(deps),
  rotateSecret: createRotateWebhookSecret(deps),
  read: createReadWebhooks(deps),
  replay: createReplayWebhookDelivery(deps),
  listEvents: createListEvents(deps),
  dispatcher: createDispatcher(deps),
})
