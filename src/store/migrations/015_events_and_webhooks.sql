-- What clients are told: every event in one order, and what each webhook endpoint is owed of it. Both are written by the
-- statement that writes the event itself, so that neither exists without the other.

-- Transaction ids begin anew in a database that was restored from a dump. A start that finds events of transactions this
-- server has not reached yet begins an epoch.
create table gateway.event_epochs (
  epoch integer primary key,
  begun_at timestamptz not null default now()
);
insert into gateway.event_epochs (epoch) values (1);

create function gateway.current_epoch() returns integer language sql stable as $$
  select max(epoch) from gateway.event_epochs
$$;

-- Ordered by transaction, not by position alone: who took the lower position may commit later, and a reader that has
-- passed it would never see it. The feed shows what every earlier transaction has ended for.
create table gateway.events (
  position bigint generated always as identity primary key,
  -- evt_…, of payment_events or made from the case's id
  id text not null unique,
  tenant_id gateway.tenant_name not null,
  epoch integer not null default gateway.current_epoch(),
  transaction xid8 not null default pg_current_xact_id(),
  type text not null,
  -- pay_… or cas_…
  subject text not null,
  created_at_ms bigint not null
);
create index events_feed on gateway.events (tenant_id, epoch, transaction, position);

insert into gateway.events (id, tenant_id, type, subject, created_at_ms)
  select id, tenant_id, type, payment_id, created_at_ms from gateway.payment_events order by created_at_ms, payment_id, sequence;
insert into gateway.events (id, tenant_id, type, subject, created_at_ms)
  select 'evt_' || substr(id, 5), tenant_id, 'case.opened', id, opened_at_ms from gateway.cases order by opened_at_ms, id;

create table gateway.webhook_endpoints (
  id text primary key,
  tenant_id gateway.tenant_name not null,
  url text not null,
  -- empty: all
  event_types text[] not null,
  description text,
  scheme text not null check (scheme in ('ed25519', 'hmac-sha256')),
  secret_epoch integer not null,
  secret_version integer not null check (secret_version >= 1),
  -- { epoch, version, untilMs }
  former_secret jsonb,
  state text not null check (state in ('enabled', 'disabled')),
  disabled_by text check (disabled_by in ('client', 'gone')),
  version integer not null check (version >= 1),
  failures integer not null check (failures >= 0),
  rests_until_ms bigint,
  created_at_ms bigint not null,
  constraint webhook_endpoints_disabled_by_somebody check ((state = 'disabled') = (disabled_by is not null))
);
create index webhook_endpoints_newest on gateway.webhook_endpoints (tenant_id, created_at_ms desc, id desc);

create table gateway.webhook_deliveries (
  id text primary key,
  tenant_id gateway.tenant_name not null,
  endpoint_id text not null references gateway.webhook_endpoints (id),
  event_id text not null references gateway.events (id),
  event_type text not null,
  subject text not null,
  -- of the event: the order within a subject
  position bigint not null,
  state text not null check (state in ('pending', 'delivered', 'dead')),
  version integer not null check (version >= 1),
  tries integer not null check (tries >= 0),
  due_at_ms bigint,
  last_try jsonb,
  created_at_ms bigint not null,
  constraint webhook_deliveries_once unique (endpoint_id, event_id),
  constraint webhook_deliveries_due_while_pending check ((state = 'pending') = (due_at_ms is not null))
);
create index webhook_deliveries_newest on gateway.webhook_deliveries (tenant_id, position desc, id desc);
create index webhook_deliveries_due on gateway.webhook_deliveries (endpoint_id, due_at_ms, position) where state = 'pending';
create index webhook_deliveries_untried on gateway.webhook_deliveries (endpoint_id, subject, position)
  where state = 'pending' and tries = 0;
create index webhook_deliveries_of_event on gateway.webhook_deliveries (event_id);

-- The delivery log.
create table gateway.webhook_tries (
  delivery_id text not null references gateway.webhook_deliveries (id),
  number integer not null check (number >= 1),
  tenant_id gateway.tenant_name not null,
  at_ms bigint not null,
  duration_ms integer not null,
  status integer,
  failure text,
  primary key (delivery_id, number)
);

create trigger written_once before update or delete on gateway.events
  for each row execute function gateway.refuse_change();
create trigger never_truncated before truncate on gateway.events
  for each statement execute function gateway.refuse_change();
create trigger written_once before update or delete on gateway.webhook_tries
  for each row execute function gateway.refuse_change();

-- What a delivery is about never changes, and what was delivered stays delivered until somebody asks for it again.
create function gateway.keep_delivery() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'GW003', message = 'a delivery keeps its event and its endpoint, and moves by its version';
end
$$;
create trigger keep_delivery before update on gateway.webhook_deliveries
  for each row
  when ((old.id, old.tenant_id, old.endpoint_id, old.event_id, old.event_type, old.subject, old.position, old.created_at_ms)
    is distinct from (new.id, new.tenant_id, new.endpoint_id, new.event_id, new.event_type, new.subject, new.position, new.created_at_ms)
    or new.version <> old.version + 1)
  execute function gateway.keep_delivery();

grant select on gateway.event_epochs, gateway.events, gateway.webhook_endpoints, gateway.webhook_deliveries, gateway.webhook_tries
  to gateway_reader, gateway_writer;
grant insert on gateway.events, gateway.webhook_endpoints, gateway.webhook_deliveries, gateway.webhook_tries to gateway_writer;
grant update (url, event_types, description, secret_epoch, secret_version, former_secret, state, disabled_by, version, failures,
  rests_until_ms) on gateway.webhook_endpoints to gateway_writer;
grant update (state, version, tries, due_at_ms, last_try) on gateway.webhook_deliveries to gateway_writer;

do $$
declare
  name text;
begin
  foreach name in array array['events', 'webhook_endpoints', 'webhook_deliveries', 'webhook_tries'] loop
    execute format('alter table gateway.%I enable row level security', name);
    execute format(
      $policy$create policy own_tenant on gateway.%I for select to gateway_reader
        using (tenant_id = current_setting('gateway.tenant', true) or current_setting('gateway.tenant', true) = '*')$policy$, name);
    execute format('create policy writer on gateway.%I to gateway_writer using (true) with check (true)', name);
  end loop;
end
$$;
