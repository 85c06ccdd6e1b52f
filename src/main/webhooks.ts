/** Webhooks put together, and woken by whatever has something to tell. */
import { createWebhookReceiverAdapter } from '#adapters/webhook-receiver/index.ts'
import type { KeySet } from '#auth/key-set.ts'
import { signingWebhooks } from '#auth/published-keys.ts'
import type { Environment } from '#config/env.ts'
import { assertNever } from '#domain/errors.ts'
import type { Accountability } from '#domain/ports/accountability.ts'
import type { UnitOfWork, Write } from '#domain/ports/unit-of-work.ts'
import type { Clock, Ids } from '#domain/clock.ts'
import type { Log } from '#domain/log.ts'
import type { ToldEvent } from '#domain/webhook.ts'
import { presentEvent } from '#payments/present-payment.ts'
import { presentCase } from '#reconciliation/manage-cases.ts'
import type { Database } from '#store/database.ts'
import { createEventFeed } from '#store/event-feed.ts'
import { createWebhookDeliveryStore } from '#store/webhook-delivery-store.ts'
import { createWebhookEndpointStore } from '#store/webhook-endpoint-store.ts'
import { createWebhooks, type Webhooks } from '#webhooks/create-webhooks.ts'
import type { EventView, WebhookKeys, WebhooksDeps } from '#webhooks/deps.ts'

export interface WebhooksOptions {
  readonly database: Database
  readonly unitOfWork: UnitOfWork
  readonly accountability: Accountability
  readonly keys: KeySet
  readonly environment: Pick<Environment, 'publicUrl' | 'webhookAllowOrigins'>
  readonly livemode: (tenant: string) => boolean
  readonly observe: NonNullable<WebhooksDeps['observe']>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

export interface RunningWebhooks extends Webhooks {
  /** The one that was given; each commit that tells somebody something wakes the dispatcher. */
  readonly unitOfWork: UnitOfWork
  /** Lets the tries on their way end. */
  stop(): Promise<void>
}

export function startWebhooks({
  database,
  unitOfWork: writer,
  keys,
  environment,
  ...house
}: WebhooksOptions): RunningWebhooks {
  const { clock } = house
  const allowedOrigins = new Set(environment.webhookAllowOrigins)
  const receivers = createWebhookReceiverAdapter({ clock, allowedOrigins })
  const unitOfWork = wakingWhenToldOf(writer, () => webhooks.dispatcher.wake())
  const webhooks = createWebhooks({
    ...house,
    unitOfWork,
    endpoints: createWebhookEndpointStore(database),
    deliveries: createWebhookDeliveryStore(database),
    feed: createEventFeed(database),
    sender: receivers,
    keys: webhookKeysOf(keys, clock),
    present: presentTold,
    allowedOrigins,
    keysUrl: `${environment.publicUrl}/.well-known/webhook-keys.json`,
  })
  // What a process that died left behind is due now.
  webhooks.dispatcher.wake()
  return {
    ...webhooks,
    unitOfWork,
    stop: async () => {
      await webhooks.dispatcher.stop()
      await receivers.close()
    },
  }
}

const webhookKeysOf = ({ webhook, webhookSecret }: KeySet, clock: Clock): WebhookKeys => ({
  signingKeys: () => signingWebhooks(webhook, clock.nowMs()).map(({ privateKey }) => privateKey),
  currentEpoch: () => webhookSecret.current().epoch,
  secretKey: (epoch) => webhookSecret.find(epoch)?.secret,
})

function presentTold(told: ToldEvent, livemode: boolean): EventView {
  switch (told.kind) {
    case 'payment':
      return presentEvent(told.payment, told.event, livemode)
    case 'case': {
      const { id, opened } = told
      const createdAt = new Date(opened.openedAtMs).toISOString()
      return { id, type: 'case.opened', createdAt, sequence: 1, data: presentCase(opened, livemode), livemode }
    }
    default:
      return assertNever(told)
  }
}

/** Writes after which somebody may have to be told, or told at last. */
const telling: ReadonlySet<Write['kind']> = new Set<Write['kind']>([
  'payment',
  'attempt',
  'attempt_move',
  'refund',
  'refund_move',
  'case',
  'webhook_endpoint_change',
  'webhook_replay',
])

const wakingWhenToldOf = (unitOfWork: UnitOfWork, wake: () => void): UnitOfWork => ({
  commit: async (unit) => {
    await unitOfWork.commit(unit)
    if (unit.writes.some(({ kind }) => telling.has(kind))) wake()
  },
})
