-- The journal: double entry for every payment, in whole đồng. A posting is one fact about money; its entries sum to zero. It is
-- written by the statement that writes what it is about, and never changed.

-- The facts there are, as data, and where each moves its amount; src/domain/journal.ts is the same table in the product's words.
create table gateway.posting_kinds (
  kind text primary key,
  from_account text not null,
  to_account text not null,
  check (from_account <> to_account)
);
insert into gateway.posting_kinds (kind, from_account, to_account) values
  ('payment_received', 'payer', 'portal_clearing'),
  ('payment_reversed', 'portal_clearing', 'payer'),
  ('settled', 'portal_clearing', 'beneficiary'),
  ('refund_accepted', 'portal_clearing', 'refunds'),
  ('refund_completed', 'refunds', 'payer'),
  ('refund_reversed', 'refunds', 'portal_clearing'),
  ('refund_settled', 'beneficiary', 'portal_clearing'),
  ('amount_differs', 'payer', 'suspense'),
  ('double_charge', 'payer', 'suspense'),
  ('paid_besides', 'payer', 'suspense'),
  ('suspense_released', 'suspense', 'payer');

create table gateway.journal_postings (
  -- the order of the journal
  position bigint generated always as identity primary key,
  tenant_id gateway.tenant_name not null,
  payment_id text not null references gateway.payments (id),
  attempt_id text not null references gateway.payment_attempts (id),
  kind text not null references gateway.posting_kinds (kind),
  -- evt_… of the move, cas_… of the case, or the portal's transaction: what makes it one fact
  cites text not null,
  -- where the money is not of the attempt's own transaction
  other_transaction text,
  -- what lay in suspense is taken out of it once, be it by a move or by a person
  releases bigint references gateway.journal_postings (position),
  posted_at_ms bigint not null,
  -- a step that is repeated, by whomever, posts nothing twice
  constraint journal_postings_fact_key unique (payment_id, kind, cites),
  constraint journal_postings_release_key unique (releases),
  constraint journal_postings_release_named check ((kind = 'suspense_released') = (releases is not null))
);

create table gateway.journal_entries (
  posting bigint not null references gateway.journal_postings (position),
  account text not null check (account in ('payer', 'portal_clearing', 'beneficiary', 'refunds', 'suspense')),
  tenant_id gateway.tenant_name not null,
  dong bigint not null check (dong <> 0 and abs(dong) <= 999999999999),
  primary key (posting, account)
);

-- Looked at once per statement, not once per row: a commit of many units posts for all of them. A posting and its entries are
-- therefore written by one statement. What the statement wrote is few rows, and the journal is all there ever was: their plans,
-- which are kept for long, go by the index from the one to the other and never through the whole.
create function gateway.check_entries_balance() returns trigger language plpgsql
  set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
declare
  unbalanced bigint;
begin
  select w.posting into unbalanced from (select distinct posting from written) w
    cross join lateral (select sum(e.dong) as total, count(*) as entries from gateway.journal_entries e where e.posting = w.posting) e
    where e.total <> 0 or e.entries < 2 limit 1;
  if found then
    raise exception using errcode = 'GW004', message = format('the entries of posting %s do not sum to zero', unbalanced);
  end if;
  return null;
end
$$;
create trigger entries_balance after insert on gateway.journal_entries
  referencing new table as written for each statement execute function gateway.check_entries_balance();

create function gateway.check_posting_has_entries() returns trigger language plpgsql
  set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  if exists (select from written w where not exists (select from gateway.journal_entries e where e.posting = w.position)) then
    raise exception using errcode = 'GW004', message = 'a posting is written together with its entries';
  end if;
  return null;
end
$$;
create trigger posting_has_entries after insert on gateway.journal_postings
  referencing new table as written for each statement execute function gateway.check_posting_has_entries();

create trigger written_once before update or delete on gateway.journal_postings
  for each row execute function gateway.refuse_change();
create trigger never_truncated before truncate on gateway.journal_postings
  for each statement execute function gateway.refuse_change();
create trigger written_once before update or delete on gateway.journal_entries
  for each row execute function gateway.refuse_change();
create trigger never_truncated before truncate on gateway.journal_entries
  for each statement execute function gateway.refuse_change();

-- What happened before there was a journal. What the portal took in another amount than was asked for was never written down:
-- where that was settled since, the payment is posted, and what still stands in mismatch is for its case.
with facts as (
  select e.tenant_id, e.payment_id, e.attempt_id, e.id as cites, e.created_at_ms, e.sequence, null as other_transaction,
    p.amount_dong as dong, case when e.to_state = 'paid' then 'payment_received' else 'payment_reversed' end as kind
  from gateway.payment_events e join gateway.payments p on p.id = e.payment_id
  where e.refund is null and e.from_state is not null and (e.to_state = 'paid' or e.from_state = 'paid' and e.to_state = 'mismatch')
  union all
  select e.tenant_id, e.payment_id, e.attempt_id, e.id, e.created_at_ms, e.sequence, null, (e.refund ->> 'amountDong')::bigint,
    'refund_' || (e.refund ->> 'to')
  from gateway.payment_events e where e.refund ->> 'to' in ('accepted', 'completed', 'reversed')
  union all
  select distinct on (r.payment_id, r.transaction_id) r.tenant_id, r.payment_id, a.id, r.transaction_id, c.started_at_ms, 1000000,
    case when r.outcome = 'duplicate' then r.transaction_id end, r.amount_there_dong,
    case when r.outcome = 'duplicate' then 'double_charge' when r.outcome = 'refunded' then 'refund_settled' else 'settled' end
  from gateway.reconciliation_rows r
  join gateway.reconciliations c on c.id = r.reconciliation_id
  join gateway.payment_attempts a on a.payment_id = r.payment_id and a.portal_reference = r.reference
  where r.state_there = 'paid' and r.amount_there_dong > 0
    and not exists (select from gateway.cases k
      where k.id = r.case_id and k.resolution in ('refunded_manually', 'corrected_there'))
    and (r.outcome in ('matched', 'refunded') or r.is_healed or r.outcome = 'duplicate' and r.reason = 'second_transaction')
  union all
  select c.tenant_id, c.payment_id, a.id, a.portal_reference, c.opened_at_ms, 1000000, null, (c.details ->> 'amountDong')::bigint,
    'paid_besides'
  from gateway.cases c join gateway.payment_attempts a on a.id = c.details ->> 'attempt'
  where c.kind = 'paid_besides' and a.state <> 'paid' and coalesce(c.resolution, '') not in ('refunded_manually', 'corrected_there')
), written as (
  insert into gateway.journal_postings (tenant_id, payment_id, attempt_id, kind, cites, other_transaction, posted_at_ms)
  select tenant_id, payment_id, attempt_id, kind, cites, other_transaction, created_at_ms from facts
  order by created_at_ms, payment_id, sequence
  returning position, payment_id, kind, cites
)
insert into gateway.journal_entries (posting, account, tenant_id, dong)
select w.position, e.account, f.tenant_id, e.sign * f.dong
from written w join facts f using (payment_id, kind, cites) join gateway.posting_kinds k using (kind)
cross join lateral (values (k.from_account, -1), (k.to_account, 1)) as e (account, sign);

-- Whatever is wrong with the journal, in itself and beside the states it should follow from. Empty, always.
create view gateway.journal_faults with (security_invoker = true) as
with entries as (
  select p.payment_id, p.tenant_id, p.attempt_id, p.kind, p.other_transaction, e.account, e.dong
  from gateway.journal_postings p join gateway.journal_entries e on e.posting = p.position
), balances as (
  select tenant_id, payment_id,
    coalesce(sum(dong) filter (where account in ('portal_clearing', 'beneficiary')), 0) as in_house,
    coalesce(sum(dong) filter (where account = 'refunds'), 0) as refunds,
    coalesce(sum(dong) filter (where account = 'suspense'), 0) as suspense,
    coalesce(sum(dong) filter (where kind = 'settled' and account = 'beneficiary'), 0) as settled,
    coalesce(sum(dong) filter (where kind = 'payment_received' and account = 'portal_clearing'), 0) as received
  from entries group by tenant_id, payment_id
), attempts as (
  select tenant_id, attempt_id,
    coalesce(sum(dong) filter (where kind in ('payment_received', 'payment_reversed') and account = 'portal_clearing'), 0) as received,
    coalesce(sum(dong) filter (where account = 'suspense' and other_transaction is null), 0) as suspense
  from entries group by tenant_id, attempt_id
), moves as (
  select tenant_id, payment_id, id as cites, case
      when refund ->> 'to' in ('accepted', 'completed', 'reversed') then 'refund_' || (refund ->> 'to')
      when refund is null and to_state = 'paid' then 'payment_received'
      when refund is null and from_state = 'paid' and to_state = 'mismatch' then 'payment_reversed'
      when refund is null and to_state = 'mismatch' then 'amount_differs'
    end as kind
  from gateway.payment_events where from_state is not null
)
select p.tenant_id, p.payment_id, 'unbalanced' as fault, p.kind || ' ' || p.cites as detail
from gateway.journal_postings p left join gateway.journal_entries e on e.posting = p.position
group by p.position having count(e.posting) < 2 or sum(e.dong) <> 0
union all
select p.tenant_id, p.payment_id, 'wrong_account', p.kind || ' ' || e.account
from gateway.journal_postings p join gateway.journal_entries e on e.posting = p.position join gateway.posting_kinds k using (kind)
where e.account <> case when e.dong < 0 then k.from_account else k.to_account end
union all
select m.tenant_id, m.payment_id, 'move_without_posting', m.kind || ' ' || m.cites
from moves m
-- another amount need not be one in đồng
where m.kind <> 'amount_differs'
  and not exists (select from gateway.journal_postings p where (p.payment_id, p.kind, p.cites) = (m.payment_id, m.kind, m.cites))
union all
select p.tenant_id, p.payment_id, 'posting_without_move', p.kind || ' ' || p.cites
from gateway.journal_postings p
where p.kind in ('payment_received', 'payment_reversed', 'amount_differs', 'refund_accepted', 'refund_completed', 'refund_reversed')
  and not exists (select from moves m where (m.payment_id, m.kind, m.cites) = (p.payment_id, p.kind, p.cites))
union all
select a.tenant_id, a.payment_id, 'attempt_disagrees', a.id || ' ' || a.state || ' ' || coalesce(b.received, 0)
from gateway.payment_attempts a join gateway.payments p on p.id = a.payment_id left join attempts b on b.attempt_id = a.id
where coalesce(b.received, 0) <> case when a.state = 'paid' then p.amount_dong else 0 end
  or a.state = 'paid' and b.suspense <> 0 or b.suspense < 0
union all
select p.tenant_id, p.payment_id, 'refundable_disagrees', p.in_house || ' of ' || p.expected
from (
  select p.id as payment_id, p.tenant_id, coalesce(b.in_house, 0) as in_house,
    case when exists (select from gateway.payment_attempts a where a.payment_id = p.id and a.state = 'paid')
      then p.amount_dong else 0 end - p.refunded_dong as expected
  from gateway.payments p left join balances b on b.payment_id = p.id
) p
where p.in_house <> p.expected or p.in_house < 0
union all
select p.tenant_id, p.id, 'refunds_disagree', coalesce(b.refunds, 0)::text
from gateway.payments p left join balances b on b.payment_id = p.id
where coalesce(b.refunds, 0) <>
  (select coalesce(sum(r.amount_dong), 0) from gateway.refunds r where r.payment_id = p.id and r.state = 'accepted')
union all
select tenant_id, payment_id, 'suspense_below_zero', suspense::text from balances where suspense < 0
union all
select tenant_id, payment_id, 'settled_beyond_received', settled || ' of ' || received from balances where settled > received;

grant select on gateway.posting_kinds, gateway.journal_postings, gateway.journal_entries, gateway.journal_faults
  to gateway_reader, gateway_writer;
grant insert on gateway.journal_postings, gateway.journal_entries to gateway_writer;

do $$
declare
  name text;
begin
  foreach name in array array['journal_postings', 'journal_entries'] loop
    execute format('alter table gateway.%I enable row level security', name);
    execute format(
      $policy$create policy own_tenant on gateway.%I for select to gateway_reader
        using (tenant_id = current_setting('gateway.tenant', true) or current_setting('gateway.tenant', true) = '*')$policy$, name);
    execute format('create policy writer on gateway.%I to gateway_writer using (true) with check (true)', name);
  end loop;
end
$$;
