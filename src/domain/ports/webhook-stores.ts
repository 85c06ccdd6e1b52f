/** Reading and claiming what the outside is told. Every reading method names its tenant, as in `stores.ts`. */
import type {
  ClaimedDelivery,
  DeliveryState,
  DeliveryTry,
  EndpointState,
  ToldEvent,
  WebhookDelivery,
  WebhookEndpoint,
} from '../webhook.ts'
import type { Page } from './stores.ts'

export interface WebhookEndpointStore {
  find(tenant: string, id: string): Promise<WebhookEndpoint | undefined>
  /** Newest first. */
  list(
    tenant: string,
    filter: { readonly state?: EndpointState },
    limit: number,
    after?: string,
  ): Promise<Page<WebhookEndpoint>>
  /** How many the tenant has. */
  count(tenant: string): Promise<number>
}

export interface DeliveryFilter {
  readonly endpointId?: string
  readonly eventId?: string
  readonly state?: DeliveryState
}

/** An endpoint with something to send, at the earliest at `dueAtMs`; across tenants. */
export interface OwedEndpoint {
  readonly endpoint: WebhookEndpoint
  readonly dueAtMs: number
}

export interface WebhookDeliveryStore {
  find(tenant: string, id: string): Promise<WebhookDelivery | undefined>
  /** Newest first. */
  list(tenant: string, filter: DeliveryFilter, limit: number, after?: string): Promise<Page<WebhookDelivery>>
  /** Of one delivery, the latest 100, newest first. */
  tries(tenant: string, deliveryId: string): Promise<readonly DeliveryTry[]>
  /** Enabled endpoints with pending deliveries, the earliest due first. */
  owed(limit: number): Promise<readonly OwedEndpoint[]>
  /**
   * Takes up to `limit` due deliveries of the endpoint for itself until `untilMs`, in the order of their events: of one
   * subject only the earliest that was never tried, so that the first try of each event follows that of the one before.
   */
  claim(question: {
    readonly endpointId: string
    readonly nowMs: number
    readonly untilMs: number
    readonly limit: number
  }): Promise<readonly ClaimedDelivery[]>
}

/** All events of a tenant in one order, in which nothing ever appears before what was shown already. */
export interface EventFeed {
  /** Oldest first, from after the marker; `next` is where to go on, also when there is nothing yet. */
  page(
    tenant: string,
    limit: number,
    after?: string,
  ): Promise<{ readonly items: readonly ToldEvent[]; readonly hasMore: boolean; readonly next: string }>
}
