-- Refunds. What a payment can still give back is a fact of its row: refunds that are asked for reserve, refunds the portal
-- accepted count, and both together never exceed what was paid.

alter table gateway.payments add column refund_reserved_dong gateway.dong not null default 0;
alter table gateway.payments add constraint payments_refunds_within_paid
  check (refunded_dong + refund_reserved_dong <= amount_dong);

-- { id, from, to, amountDong, refundedDong }: of a refund's step; from_state and to_state are the attempt's then.
alter table gateway.payment_events add column refund jsonb;

create table gateway.refunds (
  id text primary key,
  tenant_id gateway.tenant_name not null,
  payment_id text not null references gateway.payments (id),
  attempt_id text not null references gateway.payment_attempts (id),
  state text not null,
  version integer not null check (version >= 1),
  connection text not null,
  portal_reference text not null,
  refund_reference text not null check (refund_reference ~ '^[0-9A-Z]{20}$'),
  issued_at_ms bigint not null,
  -- REFUND as first prepared; sent again unchanged
  body text not null,
  amount_dong gateway.dong not null check (amount_dong >= 1),
  reason text not null,
  -- { clientId, officerId? }
  requested_by jsonb not null,
  decided_by jsonb,
  needs_approval boolean not null,
  portal_refund_id text,
  refusal text,
  due_at_ms bigint,
  checks integer not null check (checks >= 0),
  created_at_ms bigint not null,
  constraint refunds_refund_reference_key unique (refund_reference)
);
create index refunds_payment on gateway.refunds (payment_id, created_at_ms desc);
create index refunds_due on gateway.refunds (due_at_ms) where due_at_ms is not null;

-- The legal moves of a refund, as data; src/payments/refund-transitions.ts is the same table in the product's words.
create table gateway.refund_moves (
  from_state text not null,
  to_state text not null,
  primary key (from_state, to_state)
);
insert into gateway.refund_moves (from_state, to_state) values
  ('requested', 'approved'),
  ('requested', 'rejected'),
  ('approved', 'submitting'),
  ('submitting', 'accepted'),
  ('submitting', 'in_doubt'),
  ('submitting', 'rejected'),
  ('in_doubt', 'accepted'),
  ('in_doubt', 'rejected'),
  ('accepted', 'completed'),
  ('accepted', 'reversed');

create function gateway.check_refund_move() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.version <> 1 or new.state <> (case when new.needs_approval then 'requested' else 'approved' end) then
      raise exception using errcode = 'GW002', message = format('a refund does not begin %s', new.state);
    end if;
    return new;
  end if;
  if new.version <> old.version + (case when new.state = old.state then 0 else 1 end) then
    raise exception using errcode = 'GW002', message = 'the version grows by one with each move, and only then';
  end if;
  if new.state <> old.state
    and not exists (select from gateway.refund_moves where from_state = old.state and to_state = new.state) then
    raise exception using errcode = 'GW002', message = format('no refund moves from %s to %s', old.state, new.state);
  end if;
  return new;
end
$$;

create trigger check_refund_move before insert or update of state, version on gateway.refunds
  for each row execute function gateway.check_refund_move();

create function gateway.keep_refund_identity() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'GW003', message = 'a refund keeps its reference, its amount and its message';
end
$$;

create trigger keep_refund_identity before update on gateway.refunds
  for each row
  when ((old.id, old.tenant_id, old.payment_id, old.attempt_id, old.connection, old.portal_reference, old.refund_reference,
      old.issued_at_ms, old.body, old.amount_dong, old.reason, old.requested_by, old.needs_approval)
    is distinct from (new.id, new.tenant_id, new.payment_id, new.attempt_id, new.connection, new.portal_reference,
      new.refund_reference, new.issued_at_ms, new.body, new.amount_dong, new.reason, new.requested_by, new.needs_approval))
  execute function gateway.keep_refund_identity();

-- A refund after its acceptance moves only by what the portal's record says.
create function gateway.check_refund_event_cites() returns trigger language plpgsql as $$
begin
  if new.portal_record is null and new.refund ->> 'to' in ('accepted', 'completed', 'reversed') then
    raise exception using errcode = 'GW002', message = format('a refund is %s by a portal record', new.refund ->> 'to');
  end if;
  return new;
end
$$;

create trigger check_refund_event_cites before insert on gateway.payment_events
  for each row when (new.refund is not null) execute function gateway.check_refund_event_cites();

grant select on gateway.refunds, gateway.refund_moves to gateway_reader, gateway_writer;
grant insert on gateway.refunds to gateway_writer;
grant update (state, version, decided_by, portal_refund_id, refusal, due_at_ms, checks) on gateway.refunds to gateway_writer;
grant update (refund_reserved_dong) on gateway.payments to gateway_writer;

alter table gateway.refunds enable row level security;
create policy own_tenant on gateway.refunds for select to gateway_reader
  using (tenant_id = current_setting('gateway.tenant', true) or current_setting('gateway.tenant', true) = '*');
create policy writer on gateway.refunds to gateway_writer using (true) with check (true);
