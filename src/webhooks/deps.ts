/** What webhooks need from the house; each file asks for its own share of it. */
import type { KeyObject } from 'node:crypto'
import type { Clock, Ids } from '#domain/clock.ts'
import type { Log } from '#domain/log.ts'
import type { Accountability } from '#domain/ports/accountability.ts'
import type { UnitOfWork } from '#domain/ports/unit-of-work.ts'
import type { WebhookSender } from '#domain/ports/webhook-sender.ts'
import type { EventFeed, WebhookDeliveryStore, WebhookEndpointStore } from '#domain/ports/webhook-stores.ts'
import type { DeliveryFailure, ToldEvent } from '#domain/webhook.ts'

/** An event as clients read it, wherever they do (api.md, "Event"). */
export interface EventView {
  readonly id: string
  readonly type: string
  /** RFC 3339, UTC. */
  readonly createdAt: string
  /** Of its subject, from 1 and without gaps: order is told by it, never by arrival. */
  readonly sequence: number
  readonly data: object
  readonly livemode: boolean
}

/** Keys live outside the database; see auth/key-set.ts. */
export interface WebhookKeys {
  /** Ed25519: the key that signs now, and each one that still signs beside it. */
  signingKeys(): readonly KeyObject[]
  /** Of the key that new secrets are derived from. */
  currentEpoch(): number
  /** `undefined`: there never was such an epoch. */
  secretKey(epoch: number): KeyObject | undefined
}

export interface WebhooksDeps {
  readonly endpoints: WebhookEndpointStore
  readonly deliveries: WebhookDeliveryStore
  readonly feed: EventFeed
  readonly sender: WebhookSender
  readonly unitOfWork: UnitOfWork
  readonly accountability: Accountability
  readonly keys: WebhookKeys
  /** In the words of the module that made the event. */
  present(told: ToldEvent, livemode: boolean): EventView
  /** False when an upstream of the tenant is a simulator. */
  livemode(tenant: string): boolean
  /** Origins that are allowed whatever they are, e.g. `http://127.0.0.1:9000`; in the sandbox only. */
  readonly allowedOrigins: ReadonlySet<string>
  /** Where receivers find the public keys. */
  readonly keysUrl: string
  /** For metrics: how each try ended. */
  readonly observe?: (outcome: 'delivered' | DeliveryFailure) => void
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}
