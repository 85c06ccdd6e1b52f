-- The legal moves of an attempt, as data: api.md's state table. src/payments/transitions.ts is the same table in the
-- product's words; a test compares the two.
create table gateway.attempt_moves (
  from_state text not null,
  to_state text not null,
  -- a terminal state is left only by a correction, whose event cites a portal record
  is_correction boolean not null,
  primary key (from_state, to_state)
);

insert into gateway.attempt_moves (from_state, to_state, is_correction) values
  ('submitting', 'awaiting_payer', false),
  ('submitting', 'in_doubt', false),
  ('submitting', 'paid', false),
  ('submitting', 'failed', false),
  ('awaiting_payer', 'paid', false),
  ('awaiting_payer', 'failed', false),
  ('awaiting_payer', 'expired', false),
  ('awaiting_payer', 'in_doubt', false),
  ('awaiting_payer', 'cancelling', false),
  ('awaiting_payer', 'mismatch', false),
  ('cancelling', 'cancelled', false),
  ('cancelling', 'paid', false),
  ('cancelling', 'in_doubt', false),
  ('in_doubt', 'awaiting_payer', false),
  ('in_doubt', 'paid', false),
  ('in_doubt', 'failed', false),
  ('in_doubt', 'mismatch', false),
  -- paid_late
  ('expired', 'paid', true),
  ('cancelled', 'paid', true),
  ('failed', 'paid', true),
  -- mismatch_resolved
  ('mismatch', 'paid', true),
  ('mismatch', 'failed', true),
  -- reversed
  ('paid', 'mismatch', true);

create function gateway.check_attempt_move() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'submitting' or new.version <> 1 then
      raise exception using errcode = 'GW002', message = format('an attempt begins submitting, not %s', new.state);
    end if;
    return new;
  end if;
  if new.state = old.state then
    if new.version <> old.version then
      raise exception using errcode = 'GW002', message = 'the version grows with a move only';
    end if;
    return new;
  end if;
  if new.version <> old.version + 1 then
    raise exception using errcode = 'GW002', message = 'the version grows by one with each move';
  end if;
  if not exists (select from gateway.attempt_moves where from_state = old.state and to_state = new.state) then
    raise exception using errcode = 'GW002', message = format('no attempt moves from %s to %s', old.state, new.state);
  end if;
  return new;
end
$$;

create trigger check_attempt_move before insert or update of state, version on gateway.payment_attempts
  for each row execute function gateway.check_attempt_move();

-- What identifies an attempt at the portal never changes; a new order is a new attempt.
create function gateway.keep_attempt_identity() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'GW003', message = 'an attempt keeps its reference, its time and its message';
end
$$;

create trigger keep_attempt_identity before update on gateway.payment_attempts
  for each row
  when ((old.id, old.tenant_id, old.payment_id, old.number, old.connection, old.portal_reference, old.issued_at_ms, old.init_body)
    is distinct from (new.id, new.tenant_id, new.payment_id, new.number, new.connection, new.portal_reference, new.issued_at_ms, new.init_body))
  execute function gateway.keep_attempt_identity();

-- A correction without a portal record behind it is an edit of history.
create function gateway.check_event_cites() returns trigger language plpgsql as $$
begin
  if new.portal_record is null and exists (
    select from gateway.attempt_moves m
    where m.from_state = new.from_state and m.to_state = new.to_state and m.is_correction
  ) then
    raise exception using errcode = 'GW002', message = format('the correction from %s to %s cites no portal record', new.from_state, new.to_state);
  end if;
  return new;
end
$$;

create trigger check_event_cites before insert on gateway.payment_events
  for each row when (new.from_state is not null) execute function gateway.check_event_cites();
