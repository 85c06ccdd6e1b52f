/** Reading where clients want to be told. */
import type { WebhookEndpointStore } from '#domain/ports/webhook-stores.ts'
import type { EndpointState, EventType, SignatureScheme, WebhookEndpoint } from '#domain/webhook.ts'
import type { Database } from './database.ts'
import { pageOf, parseMarker } from './page-marker.ts'
import { given } from './payment-rows.ts'

export interface EndpointRow {
  readonly id: string
  readonly tenant_id: string
  readonly url: string
  readonly event_types: EventType[]
  readonly description: string | null
  readonly scheme: SignatureScheme
  readonly secret_epoch: number
  readonly secret_version: number
  readonly former_secret: NonNullable<WebhookEndpoint['formerSecret']> | null
  readonly state: EndpointState
  readonly disabled_by: NonNullable<WebhookEndpoint['disabledBy']> | null
  readonly version: number
  readonly failures: number
  readonly rests_until_ms: string | null
  readonly created_at_ms: string
}

export const createWebhookEndpointStore = (database: Pick<Database, 'read'>): WebhookEndpointStore => ({
  find: async (tenant, id) => {
    const [row] = await database.read<EndpointRow>(tenant, {
      name: 'webhook-endpoint-by-id',
      text: 'select * from gateway.webhook_endpoints where tenant_id = $1 and id = $2',
      values: [tenant, id],
    })
    return row === undefined ? undefined : toEndpoint(row)
  },

  list: async (tenant, { state }, limit, after) => {
    const position = after === undefined ? undefined : parseMarker(after)
    const rows = await database.read<EndpointRow>(tenant, {
      name: 'webhook-endpoints-list',
      text: `select * from gateway.webhook_endpoints
        where tenant_id = $1 and ($2::text is null or state = $2)
          and ($3::bigint is null or (created_at_ms, id) < ($3, $4))
        order by created_at_ms desc, id desc limit $5`,
      values: [tenant, state ?? null, position?.order ?? null, position?.id ?? null, limit + 1],
    })
    const marker = (row: EndpointRow) => ({ order: Number(row.created_at_ms), id: row.id })
    return pageOf(rows, limit, { item: toEndpoint, marker })
  },

  count: async (tenant) => {
    const [row] = await database.read<{ count: number }>(tenant, {
      name: 'webhook-endpoints-count',
      text: 'select count(*)::integer as count from gateway.webhook_endpoints where tenant_id = $1',
      values: [tenant],
    })
    return row?.count ?? 0
  },
})

export const toEndpoint = (row: EndpointRow): WebhookEndpoint => ({
  id: row.id,
  tenant: row.tenant_id,
  url: row.url,
  eventTypes: row.event_types,
  ...given('description', row.description),
  scheme: row.scheme,
  secret: { epoch: row.secret_epoch, version: row.secret_version },
  ...given('formerSecret', row.former_secret),
  state: row.state,
  ...given('disabledBy', row.disabled_by),
  version: row.version,
  health: {
    failures: row.failures,
    ...given('restsUntilMs', row.rests_until_ms === null ? null : Number(row.rests_until_ms)),
  },
  createdAtMs: Number(row.created_at_ms),
})
