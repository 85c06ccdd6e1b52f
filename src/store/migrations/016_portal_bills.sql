-- The portal's own bill of each paid attempt: owed by the commit that makes it paid, asked for until it is here, kept as it came.

create table gateway.portal_bills (
  attempt_id text primary key references gateway.payment_attempts (id),
  tenant_id gateway.tenant_name not null,
  payment_id text not null references gateway.payments (id),
  state text not null check (state in ('wanted', 'kept', 'ended', 'parked')),
  version integer not null check (version >= 1),
  due_at_ms bigint,
  tries integer not null check (tries >= 0),
  -- not_ready, not_paid, or the code of the trouble
  last_answer text,
  wanted_at_ms bigint not null,
  bytes bytea,
  sha256 bytea,
  fetched_at_ms bigint,
  constraint portal_bills_due_while_wanted check ((state = 'wanted') = (due_at_ms is not null)),
  constraint portal_bills_kept_with_bytes
    check ((state = 'kept') = (bytes is not null and sha256 is not null and fetched_at_ms is not null)),
  constraint portal_bills_as_digested check (sha256 = sha256(bytes))
);
create index portal_bills_due on gateway.portal_bills (due_at_ms) where state = 'wanted';
create index portal_bills_parked on gateway.portal_bills (tenant_id) where state = 'parked';

-- What was paid before bills were kept is owed its bill too.
insert into gateway.portal_bills (attempt_id, tenant_id, payment_id, state, version, due_at_ms, tries, wanted_at_ms)
  select id, tenant_id, payment_id, 'wanted', 1, now_ms, 0, now_ms
  from gateway.payment_attempts, (select (extract(epoch from now()) * 1000)::bigint as now_ms) as clock
  where state = 'paid';

create function gateway.keep_bill() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'GW003', message = 'a bill that is kept stays as it came, and any other moves by its version';
end
$$;

create trigger keep_bill before update on gateway.portal_bills
  for each row when (old.state = 'kept' or new.version <> old.version + 1) execute function gateway.keep_bill();

grant select on gateway.portal_bills to gateway_reader, gateway_writer;
grant insert on gateway.portal_bills to gateway_writer;
grant update (state, version, due_at_ms, tries, last_answer, wanted_at_ms, bytes, sha256, fetched_at_ms)
  on gateway.portal_bills to gateway_writer;

alter table gateway.portal_bills enable row level security;
create policy own_tenant on gateway.portal_bills for select to gateway_reader
  using (tenant_id = current_setting('gateway.tenant', true) or current_setting('gateway.tenant', true) = '*');
create policy writer on gateway.portal_bills to gateway_writer using (true) with check (true);
