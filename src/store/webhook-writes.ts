/** What webhooks write, as rows in JSON: see commit-rows.ts. */
import type { DeliveryOutcome, Write } from '#domain/ports/unit-of-work.ts'
import type { WebhookEndpoint } from '#domain/webhook.ts'
import type { AddRow } from './commit-rows.ts'

type WebhookWrite = Extract<Write, { kind: `webhook_${string}` }>

export function addWebhookWrite(add: AddRow, tenant: string, write: WebhookWrite): void {
  switch (write.kind) {
    case 'webhook_endpoint':
      add('webhook_endpoints', endpointRow(tenant, write.row))
      return
    case 'webhook_endpoint_change':
      add('webhook_endpoint_changes', endpointRow(tenant, write.row))
      return
    case 'webhook_health': {
      const { failures, restsUntilMs } = write.health
      add('webhook_health', { id: write.endpointId, tenant_id: tenant, failures, rests_until_ms: restsUntilMs })
      return
    }
    case 'webhook_endpoint_gone':
      add('webhook_endpoints_gone', { id: write.endpointId, tenant_id: tenant })
      return
    case 'webhook_try':
      add('webhook_tries', tryRow(tenant, write.outcome))
      return
    case 'webhook_replay': {
      const { deliveryId, expectedVersion, dueAtMs } = write.replay
      const expected = { delivery_id: deliveryId, tenant_id: tenant, expected_version: expectedVersion }
      add('webhook_replays', { ...expected, due_at_ms: dueAtMs })
      return
    }
    default:
      write satisfies never
  }
}

function endpointRow(tenant: string, endpoint: WebhookEndpoint): object {
  if (endpoint.tenant !== tenant) throw new Error('an endpoint belongs to the tenant of its unit of work')
  const { secret, health } = endpoint
  return {
    id: endpoint.id,
    tenant_id: tenant,
    url: endpoint.url,
    event_types: endpoint.eventTypes,
    description: endpoint.description,
    scheme: endpoint.scheme,
    secret_epoch: secret.epoch,
    secret_version: secret.version,
    former_secret: endpoint.formerSecret,
    state: endpoint.state,
    disabled_by: endpoint.disabledBy,
    version: endpoint.version,
    failures: health.failures,
    rests_until_ms: health.restsUntilMs,
    created_at_ms: endpoint.createdAtMs,
  }
}

function tryRow(tenant: string, { deliveryId, expectedVersion, made, next }: DeliveryOutcome): object {
  return {
    delivery_id: deliveryId,
    tenant_id: tenant,
    expected_version: expectedVersion,
    ...(typeof next === 'string' ? { state: next } : { state: 'pending', due_at_ms: next.dueAtMs }),
    number: made.number,
    at_ms: made.atMs,
    duration_ms: made.durationMs,
    status: made.status,
    failure: made.failure,
    last_try: made,
  }
}
