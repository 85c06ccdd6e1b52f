-- Settlement files, what comparing them found, and what a person must look at. Rows are written once.

-- A file's id is made from its content; its own row is written last, and only then do its rows count.
create table gateway.settlement_files (
  id text primary key,
  tenant_id gateway.tenant_name not null,
  connection text not null,
  -- a day in Vietnam
  settled_on date not null,
  sha256 text not null,
  source text not null check (source in ('portal', 'upload')),
  row_count integer not null check (row_count >= 0),
  quarantined integer not null check (quarantined between 0 and row_count),
  sum_dong bigint not null check (sum_dong >= 0),
  received_at_ms bigint not null
);
create index settlement_files_day on gateway.settlement_files (tenant_id, connection, settled_on, received_at_ms);

create table gateway.settlement_rows (
  file_id text not null,
  line integer not null check (line >= 1),
  tenant_id gateway.tenant_name not null,
  kind text check (kind in ('payment', 'refund')),
  transaction_id text,
  reference text,
  refund_reference text,
  amount_dong gateway.dong,
  standing text check (standing in ('paid', 'failed')),
  settled_at_ms bigint,
  bank_code text,
  transfer_id text,
  -- of a row that was put aside: why, and its text
  problem text,
  raw text,
  primary key (file_id, line),
  constraint settlement_rows_readable_or_not check ((problem is null) = (reference is not null)
    and (problem is null) = (transaction_id is not null) and (problem is null) = (amount_dong is not null))
);
create index settlement_rows_reference on gateway.settlement_rows (file_id, reference collate "C");
create index settlement_rows_of_attempt on gateway.settlement_rows (tenant_id, reference);
create index settlement_rows_transaction on gateway.settlement_rows (tenant_id, transaction_id);
create index settlement_rows_transfer on gateway.settlement_rows (tenant_id, transfer_id) where transfer_id is not null;

create table gateway.reconciliations (
  id text primary key,
  tenant_id gateway.tenant_name not null,
  connection text not null,
  settled_on date not null,
  state text not null check (state in ('running', 'done', 'no_file', 'file_refused')),
  cursor text not null,
  file_id text references gateway.settlement_files (id),
  refusal text,
  rows_in_file integer,
  asked_by text not null,
  started_at_ms bigint not null,
  finished_at_ms bigint
);
create index reconciliations_newest on gateway.reconciliations (tenant_id, started_at_ms desc, id desc);
create index reconciliations_day on gateway.reconciliations (tenant_id, connection, settled_on, started_at_ms desc);

create table gateway.reconciliation_rows (
  reconciliation_id text not null references gateway.reconciliations (id),
  position integer not null check (position >= 1),
  tenant_id gateway.tenant_name not null,
  outcome text not null check (outcome in ('matched', 'missing_here', 'missing_there', 'amount_differs', 'state_differs',
    'duplicate', 'refunded', 'quarantined')),
  line integer,
  reference text,
  transaction_id text,
  transfer_id text,
  payment_id text,
  amount_there_dong gateway.dong,
  amount_here_dong gateway.dong,
  state_there text,
  state_here text,
  is_healed boolean not null,
  is_unasked boolean not null,
  case_id text,
  reason text,
  primary key (reconciliation_id, position)
);
create index reconciliation_rows_outcome on gateway.reconciliation_rows (reconciliation_id, outcome, position);

-- A case's id is made from what it is about: finding it again writes nothing.
create table gateway.cases (
  id text primary key,
  tenant_id gateway.tenant_name not null,
  kind text not null,
  payment_id text,
  connection text,
  details jsonb not null,
  opened_at_ms bigint not null,
  resolution text check (resolution in ('explained', 'corrected_there', 'refunded_manually')),
  note text,
  resolution_reference text,
  resolved_by text,
  resolved_at_ms bigint,
  constraint cases_resolved_whole check ((resolution is null) = (resolved_at_ms is null)
    and (resolution is null) = (resolved_by is null) and (resolution is null) = (note is null)),
  constraint cases_manual_refund_named check (resolution <> 'refunded_manually' or resolution_reference is not null)
);
create index cases_newest on gateway.cases (tenant_id, opened_at_ms desc, id desc);
create index cases_payment on gateway.cases (tenant_id, payment_id) where payment_id is not null;

create trigger written_once before update or delete on gateway.settlement_files
  for each row execute function gateway.refuse_change();
create trigger written_once before update or delete on gateway.settlement_rows
  for each row execute function gateway.refuse_change();
create trigger written_once before update or delete on gateway.reconciliation_rows
  for each row execute function gateway.refuse_change();

-- What a case is about never changes, and the word on it is final.
create function gateway.keep_case() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'GW003', message = 'a case keeps its subject, and is resolved once';
end
$$;
create trigger keep_case before update on gateway.cases
  for each row
  when (old.resolution is not null or (old.id, old.tenant_id, old.kind, old.payment_id, old.connection, old.details, old.opened_at_ms)
    is distinct from (new.id, new.tenant_id, new.kind, new.payment_id, new.connection, new.details, new.opened_at_ms))
  execute function gateway.keep_case();

grant select on gateway.settlement_files, gateway.settlement_rows, gateway.reconciliations, gateway.reconciliation_rows,
  gateway.cases to gateway_reader, gateway_writer;
grant insert on gateway.settlement_files, gateway.settlement_rows, gateway.reconciliations, gateway.reconciliation_rows,
  gateway.cases to gateway_writer;
grant update (state, cursor, file_id, refusal, rows_in_file, finished_at_ms) on gateway.reconciliations to gateway_writer;
grant update (resolution, note, resolution_reference, resolved_by, resolved_at_ms) on gateway.cases to gateway_writer;

do $$
declare
  name text;
begin
  foreach name in array array['settlement_files', 'settlement_rows', 'reconciliations', 'reconciliation_rows', 'cases'] loop
    execute format('alter table gateway.%I enable row level security', name);
    execute format(
      $policy$create policy own_tenant on gateway.%I for select to gateway_reader
        using (tenant_id = current_setting('gateway.tenant', true) or current_setting('gateway.tenant', true) = '*')$policy$, name);
    execute format('create policy writer on gateway.%I to gateway_writer using (true) with check (true)', name);
  end loop;
end
$$;
