-- Our own receipts. A signature by ECDSA is another one each time, so the statement is kept: of one state of a payment there
-- is one receipt, and whoever asks again gets its very bytes.
create table gateway.receipts (
  id text primary key,
  tenant_id gateway.tenant_name not null,
  payment_id text not null references gateway.payments (id),
  -- the paid one
  attempt_id text not null references gateway.payment_attempts (id),
  refunded_dong bigint not null check (refunded_dong >= 0),
  -- compact JWS, receipt+jwt; no personal data
  statement text not null,
  paid_at_ms bigint not null,
  issued_at_ms bigint not null,
  constraint receipts_of_state_key unique (payment_id, attempt_id, refunded_dong)
);

create trigger written_once before update or delete on gateway.receipts
  for each row execute function gateway.refuse_change();
create trigger never_truncated before truncate on gateway.receipts
  for each statement execute function gateway.refuse_change();

grant select on gateway.receipts to gateway_reader, gateway_writer;
grant insert on gateway.receipts to gateway_writer;

alter table gateway.receipts enable row level security;
create policy own_tenant on gateway.receipts for select to gateway_reader
  using (tenant_id = current_setting('gateway.tenant', true) or current_setting('gateway.tenant', true) = '*');
create policy writer on gateway.receipts to gateway_writer using (true) with check (true);
