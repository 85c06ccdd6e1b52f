-- Who may do what. The gateway logs in as the owner and takes one of two roles; neither can change or delete what was
-- written for good, and triggers refuse it to the owner as well.

create function gateway.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'GW003', message = format('%s is written once', tg_table_name);
end
$$;

create trigger written_once before update or delete on gateway.audit_entries
  for each row execute function gateway.refuse_change();
create trigger never_truncated before truncate on gateway.audit_entries
  for each statement execute function gateway.refuse_change();
create trigger written_once before update or delete on gateway.payment_events
  for each row execute function gateway.refuse_change();
create trigger never_truncated before truncate on gateway.payment_events
  for each statement execute function gateway.refuse_change();

-- Fails the statement it stands in: how the group-commit writer says that a row it expected was not there.
create function gateway.expect_rows(touched bigint, given bigint) returns void language plpgsql as $$
begin
  if touched is distinct from given then
    raise exception using errcode = 'GW001', message = format('expected %s rows, touched %s', given, touched);
  end if;
end
$$;

grant usage on schema gateway to gateway_reader, gateway_writer;
grant select on all tables in schema gateway to gateway_reader, gateway_writer;
grant execute on function gateway.expect_rows to gateway_writer;

grant insert on gateway.audit_entries, gateway.audit_salts, gateway.payment_events to gateway_writer;
grant insert on gateway.identity_verifications, gateway.payments, gateway.payment_lines, gateway.payment_attempts,
  gateway.portal_notifications, gateway.idempotency_keys, gateway.clients, gateway.oidc_rows to gateway_writer;
grant update (state, sequence, refunded_dong) on gateway.payments to gateway_writer;
grant update (holds) on gateway.payment_lines to gateway_writer;
grant update (state, version, pay_url, viet_qr, portal_transaction_id, expires_at_ms, due_at_ms, checks, not_found_since_ms)
  on gateway.payment_attempts to gateway_writer;
grant update (settled_at_ms, outcome) on gateway.portal_notifications to gateway_writer;
grant update (answer_status, answer_content_type, answer_body) on gateway.idempotency_keys to gateway_writer;
grant update (disabled_at_ms) on gateway.clients to gateway_writer;
grant update, delete on gateway.oidc_rows to gateway_writer;

-- The second lock between tenants: a query that forgets its tenant sees nothing. A reader names its tenant with
-- set_config('gateway.tenant', …); '*' is for the sweeper and the notification door, which know no tenant yet.
do $$
declare
  name text;
begin
  for name in
    select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
    where c.relnamespace = 'gateway'::regnamespace and c.relkind = 'r'
  loop
    execute format('alter table gateway.%I enable row level security', name);
    execute format(
      $policy$create policy own_tenant on gateway.%I for select to gateway_reader
        using (tenant_id = current_setting('gateway.tenant', true) or current_setting('gateway.tenant', true) = '*')$policy$, name);
    execute format('create policy writer on gateway.%I to gateway_writer using (true) with check (true)', name);
  end loop;
end
$$;
