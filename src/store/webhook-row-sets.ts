/** How events are told and webhooks kept: see commit-statement.ts. */
import type { RowSetName } from './commit-rows.ts'
import type { RowSet } from './commit-statement.ts'

/**
 * Expressions that put events into the feed and owe each to every endpoint that wants it. `source` selects id, tenant, type,
 * subject and time. A delivery's id is made of what it is, so that telling the same thing again would be the same row.
 */
export const tellings = (name: string, source: string): readonly string[] => [
  `${name}_told as (insert into gateway.events (id, tenant_id, type, subject, created_at_ms) ${source}
     returning id, tenant_id, type, subject, position, created_at_ms)`,
  `${name}_owed as (insert into gateway.webhook_deliveries
       (id, tenant_id, endpoint_id, event_id, event_type, subject, position, state, version, tries, due_at_ms, created_at_ms)
     select 'whd_' || upper(left(encode(sha256(convert_to(t.id || w.id, 'utf8')), 'hex'), 26)), t.tenant_id, w.id, t.id, t.type,
       t.subject, t.position, 'pending', 1, 0, t.created_at_ms, t.created_at_ms
     from ${name}_told t join gateway.webhook_endpoints w on w.tenant_id = t.tenant_id
     where w.state = 'enabled' and (w.event_types = '{}' or t.type = any(w.event_types)))`,
]

const endpointColumns =
  'id text, tenant_id text, url text, event_types text[], description text, scheme text, secret_epoch integer,' +
  ' secret_version integer, former_secret jsonb, state text, disabled_by text, version integer, failures integer,' +
  ' rests_until_ms bigint, created_at_ms bigint'
const endpointNames = endpointColumns.replaceAll(/(\w+) [\w[\]]+/g, '$1')

export const webhookRowSets = {
  webhook_endpoints: {
    columns: endpointColumns,
    writes: (input) => [
      `webhook_endpoints_written as (insert into gateway.webhook_endpoints (${endpointNames})
         select ${endpointNames} from ${input})`,
    ],
  },
  webhook_endpoint_changes: {
    columns: endpointColumns,
    writes: (input) => [
      `webhook_endpoints_changed as (update gateway.webhook_endpoints w
         set url = r.url, event_types = r.event_types, description = r.description, secret_epoch = r.secret_epoch,
           secret_version = r.secret_version, former_secret = r.former_secret, state = r.state, disabled_by = r.disabled_by,
           version = r.version, failures = r.failures, rests_until_ms = r.rests_until_ms
       from ${input} r where w.id = r.id and w.tenant_id = r.tenant_id and w.version = r.version - 1
       returning 1)`,
    ],
    mustMatch: ['webhook_endpoints_changed'],
  },
  // Nothing rests on it, so it expects nothing.
  webhook_health: {
    columns: 'id text, tenant_id text, failures integer, rests_until_ms bigint',
    writes: (input) => [
      `webhook_health_noted as (update gateway.webhook_endpoints w
         set failures = r.failures, rests_until_ms = r.rests_until_ms
       from ${input} r where w.id = r.id and w.tenant_id = r.tenant_id)`,
    ],
  },
  webhook_endpoints_gone: {
    columns: 'id text, tenant_id text',
    writes: (input) => [
      `webhook_endpoints_disabled as (update gateway.webhook_endpoints w
         set state = 'disabled', disabled_by = 'gone', version = w.version + 1
       from ${input} r where w.id = r.id and w.tenant_id = r.tenant_id and w.state = 'enabled')`,
    ],
  },
  webhook_tries: {
    columns:
      'delivery_id text, tenant_id text, expected_version integer, state text, due_at_ms bigint, number integer, at_ms bigint,' +
      ' duration_ms integer, status integer, failure text, last_try jsonb',
    writes: (input) => [
      `webhook_deliveries_tried as (update gateway.webhook_deliveries d
         set state = r.state, version = d.version + 1, tries = r.number, due_at_ms = r.due_at_ms, last_try = r.last_try
       from ${input} r
       where d.id = r.delivery_id and d.tenant_id = r.tenant_id and d.state = 'pending' and d.version = r.expected_version
       returning 1)`,
      `webhook_tries_written as (insert into gateway.webhook_tries
         (delivery_id, number, tenant_id, at_ms, duration_ms, status, failure)
       select delivery_id, number, tenant_id, at_ms, duration_ms, status, failure from ${input})`,
    ],
    mustMatch: ['webhook_deliveries_tried'],
  },
  webhook_replays: {
    columns: 'delivery_id text, tenant_id text, expected_version integer, due_at_ms bigint',
    writes: (input) => [
      `webhook_deliveries_replayed as (update gateway.webhook_deliveries d
         set state = 'pending', version = d.version + 1, due_at_ms = r.due_at_ms
       from ${input} r
       where d.id = r.delivery_id and d.tenant_id = r.tenant_id and d.version = r.expected_version
       returning 1)`,
    ],
    mustMatch: ['webhook_deliveries_replayed'],
  },
} satisfies Partial<Record<RowSetName, RowSet>>
