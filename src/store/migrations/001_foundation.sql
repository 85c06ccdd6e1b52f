-- The foundation: roles, money, people's answers, the audit log. Every table has tenant_id. Times are epoch milliseconds
-- (…_at_ms), written by the gateway's clock; nothing is ever ordered by comparing the clocks of two machines.
-- Amounts are whole đồng.

-- Roles belong to the whole cluster, migrations to one database: several databases may create them at the same time.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['gateway_reader', 'gateway_writer'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      begin
        execute format('create role %I nologin', role_name);
      exception when duplicate_object or unique_violation then
        null;
      end;
    end if;
    if not pg_has_role(current_user, role_name, 'set') then
      execute format('grant %I to current_user', role_name);
    end if;
  end loop;
end
$$;

-- '*' is how a reader says "every tenant", so it can be nobody's name.
create domain gateway.tenant_name as text check (length(value) between 1 and 64 and value <> '*');
create domain gateway.dong as bigint check (value between 0 and 999999999999);

create table gateway.clients (
  id text primary key,
  tenant_id gateway.tenant_name not null,
  name text not null,
  scopes text[] not null,
  jwks jsonb not null,
  return_origins text[] not null,
  created_at timestamptz not null default now(),
  disabled_at_ms bigint
);
create index clients_tenant on gateway.clients (tenant_id, id);

create table gateway.identity_verifications (
  id text primary key,
  tenant_id gateway.tenant_name not null,
  client_id text not null,
  outcome text not null,
  -- the answer as sent, byte for byte: evidence is about these bytes
  answer text not null,
  created_at_ms bigint not null
);

-- One row per look-up and per money step. Each gateway process chains its own rows (writer, writer_seq), so that
-- no process waits for another; a later sequencer builds the tree over all of them.
create table gateway.audit_entries (
  id text primary key,
  tenant_id gateway.tenant_name not null,
  writer uuid not null,
  writer_seq bigint not null,
  prev_hash bytea not null check (length(prev_hash) = 32),
  chain_hash bytea not null check (length(chain_hash) = 32),
  kind text not null,
  action text not null,
  at_ms bigint not null,
  -- canonical JSON (RFC 8785), kept as text: the hash is over these characters
  leaf text not null,
  leaf_hash bytea not null check (length(leaf_hash) = 32),
  constraint audit_entries_chain_key unique (writer, writer_seq)
);

-- Apart from the entries, because deleting a salt erases what the digests mean while the log still verifies.
-- No foreign key: both rows are written by one statement, and a salt's end must not touch the entry.
create table gateway.audit_salts (
  entry_id text primary key,
  tenant_id gateway.tenant_name not null,
  request_salt bytea not null,
  response_salt bytea not null
);

create table gateway.payments (
  id text primary key,
  tenant_id gateway.tenant_name not null,
  client_id text not null,
  reference text not null,
  dossier_code text not null,
  procedure_code text not null,
  procedure_name text not null,
  payer jsonb not null,
  collecting_unit text not null,
  fine jsonb,
  amount_dong gateway.dong not null check (amount_dong >= 1),
  refunded_dong gateway.dong not null,
  state text not null,
  return_url text,
  created_at_ms bigint not null,
  -- of the newest event; a move expects the one before
  sequence integer not null check (sequence >= 1),
  -- for ever: also after the payment failed
  constraint payments_reference_key unique (tenant_id, reference),
  constraint payments_refund_within_amount check (refunded_dong <= amount_dong),
  constraint payments_state_known check (state in ('submitting', 'awaiting_payer', 'in_doubt', 'mismatch', 'paid', 'failed',
    'expired', 'cancelled', 'partially_refunded', 'refunded'))
);
create index payments_newest on gateway.payments (tenant_id, created_at_ms desc, id desc);
create index payments_dossier on gateway.payments (tenant_id, dossier_code);

create table gateway.payment_lines (
  payment_id text not null references gateway.payments (id),
  position integer not null,
  tenant_id gateway.tenant_name not null,
  dossier_code text not null,
  code text not null,
  name text not null,
  kind text not null check (kind in ('phi', 'le_phi', 'fine')),
  amount_dong gateway.dong not null check (amount_dong >= 1),
  instalment integer not null check (instalment >= 1),
  -- the payment is live or paid: nobody else may collect this obligation
  holds boolean not null,
  primary key (payment_id, position)
);
create unique index payment_lines_obligation_key
  on gateway.payment_lines (tenant_id, dossier_code, code, instalment) where holds;

create table gateway.payment_attempts (
  id text primary key,
  tenant_id gateway.tenant_name not null,
  payment_id text not null references gateway.payments (id),
  number integer not null check (number >= 1),
  state text not null,
  version integer not null check (version >= 1),
  connection text not null,
  portal_reference text not null check (portal_reference ~ '^[0-9A-Z]{20}$'),
  issued_at_ms bigint not null,
  -- INIT as first prepared; sent again unchanged. Personal data.
  init_body text not null,
  pay_url text,
  viet_qr text,
  portal_transaction_id text,
  expires_at_ms bigint,
  due_at_ms bigint,
  checks integer not null check (checks >= 0),
  not_found_since_ms bigint,
  constraint payment_attempts_number_key unique (payment_id, number),
  constraint payment_attempts_portal_reference_key unique (portal_reference),
  constraint payment_attempts_state_known check (state in ('submitting', 'awaiting_payer', 'in_doubt', 'paid', 'failed',
    'expired', 'cancelling', 'cancelled', 'mismatch'))
);
-- At most one attempt that may still take, or has taken, the payer's money.
create unique index payment_attempts_live_key on gateway.payment_attempts (payment_id)
  where state in ('submitting', 'awaiting_payer', 'in_doubt', 'cancelling', 'paid', 'mismatch');
create index payment_attempts_due on gateway.payment_attempts (due_at_ms) where due_at_ms is not null;

create table gateway.payment_events (
  id text primary key,
  tenant_id gateway.tenant_name not null,
  payment_id text not null references gateway.payments (id),
  sequence integer not null check (sequence >= 1),
  type text not null,
  attempt_id text not null,
  from_state text,
  to_state text not null,
  cause text not null,
  actor text not null,
  portal_record jsonb,
  created_at_ms bigint not null,
  constraint payment_events_sequence_key unique (payment_id, sequence)
);

create table gateway.portal_notifications (
  id text primary key,
  tenant_id gateway.tenant_name not null,
  connection text not null,
  digest text not null,
  raw bytea not null,
  reference text not null,
  portal_transaction_id text not null,
  received_at_ms bigint not null,
  settled_at_ms bigint,
  outcome text,
  constraint portal_notifications_digest_key unique (connection, digest)
);
create index portal_notifications_unsettled on gateway.portal_notifications (received_at_ms) where settled_at_ms is null;

create table gateway.idempotency_keys (
  tenant_id gateway.tenant_name not null,
  client_id text not null,
  method text not null,
  path text not null,
  key text not null,
  fingerprint text not null,
  resource_id text,
  running_until_ms bigint not null,
  created_at_ms bigint not null,
  answer_status integer,
  answer_content_type text,
  answer_body text,
  constraint idempotency_keys_pkey primary key (tenant_id, client_id, method, path, key)
);

-- What the token endpoint remembers. It knows clients before it knows their tenant, hence the default.
create table gateway.oidc_rows (
  kind text not null,
  id text not null,
  tenant_id gateway.tenant_name not null default 'gateway',
  payload jsonb not null,
  expires_at_ms bigint,
  consumed_at_ms bigint,
  primary key (kind, id)
);
create index oidc_rows_expiry on gateway.oidc_rows (expires_at_ms) where expires_at_ms is not null;
