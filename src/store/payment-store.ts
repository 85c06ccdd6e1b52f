/** Reading payments: always with their lines and one attempt, in one query. */
import DataLoader from 'dataloader'
import type { Payment, PaymentEvent } from '#domain/payment.ts'
import type { Page, PaymentFilter, PaymentStore } from '#domain/ports/stores.ts'
import { everyTenant, type Database, type Statement } from './database.ts'
import { pageOf, parseMarker } from './page-marker.ts'
import { toEvent, toPayment, toPosting, type EventRow, type PaymentRow, type PostingRow } from './payment-rows.ts'

/** At most one attempt is live or paid; without one the newest tells how it ended. */
const currentAttempt = `
    select to_jsonb(x) as attempt from gateway.payment_attempts x where x.payment_id = p.id
    order by x.state in ('failed', 'expired', 'cancelled'), x.number desc limit 1`

const allLines = `
  select jsonb_agg(to_jsonb(y) order by y.position) as lines from gateway.payment_lines y where y.payment_id = p.id`

const columns = `
  select p.*, a.attempt, l.lines
  from gateway.payments p
  cross join lateral (${currentAttempt}) a
  cross join lateral (${allLines}) l`

/** Of the attempts that are looked for, be they former ones. */
const attemptsBy = (where: string) => `
  select p.*, to_jsonb(x) as attempt, l.lines
  from gateway.payment_attempts x
  join gateway.payments p on p.id = x.payment_id
  cross join lateral (${allLines}) l
  where ${where}`

export function createPaymentStore(database: Pick<Database, 'read'>): PaymentStore {
  const findOneWith = async (tenant: string, statement: Statement) => {
    const [row] = await database.read<PaymentRow>(tenant, statement)
    return row === undefined ? undefined : toPayment(row)
  }
  const findOne = (tenant: string, name: string, where: string, values: readonly string[]) =>
    findOneWith(tenant, { name, text: `${columns} where ${where}`, values })
  // A burst of notifications is confirmed many at a time, and each look-up alone would be a round trip.
  const byPortalReference = new DataLoader<PortalReference, Payment | undefined>(
    (references) => findByPortalReferences(database, references),
    { cache: false },
  )

  return {
    find: (tenant, id) => findOne(tenant, 'payment-by-id', 'p.tenant_id = $1 and p.id = $2', [tenant, id]),

    findByReference: (tenant, reference) =>
      findOne(tenant, 'payment-by-reference', 'p.tenant_id = $1 and p.reference = $2', [tenant, reference]),

    findByAttempt: (tenant, attemptId) =>
      findOneWith(tenant, {
        name: 'payment-by-attempt',
        text: attemptsBy('x.tenant_id = $1 and x.id = $2'),
        values: [tenant, attemptId],
      }),

    findByPortalReference: (connection, portalReference) => byPortalReference.load({ connection, portalReference }),

    findHolder: async (tenant, dossierCode, lines) => {
      const rows = await database.read<{ payment_id: string }>(tenant, {
        name: 'obligation-holder',
        text: `select payment_id from gateway.payment_lines
          where tenant_id = $1 and dossier_code = $2 and holds
            and (code, instalment) in (select * from unnest($3::text[], $4::integer[]))
          limit 1`,
        values: [tenant, dossierCode, lines.map(({ code }) => code), lines.map(({ instalment }) => instalment)],
      })
      return rows[0]?.payment_id
    },

    list: (tenant, filter, limit, after) => listPayments(database, { tenant, filter, limit, after }),

    events: async (tenant, paymentId): Promise<readonly PaymentEvent[]> => {
      const rows = await database.read<EventRow>(tenant, {
        name: 'payment-events',
        text: 'select * from gateway.payment_events where tenant_id = $1 and payment_id = $2 order by sequence',
        values: [tenant, paymentId],
      })
      return rows.map(toEvent)
    },

    postings: async (tenant, paymentId) => {
      const rows = await database.read<PostingRow>(tenant, {
        name: 'payment-postings',
        text: `select p.kind, p.attempt_id, p.cites, p.posted_at_ms,
            jsonb_agg(jsonb_build_object('account', e.account, 'dong', e.dong::text) order by e.dong) as entries
          from gateway.journal_postings p join gateway.journal_entries e on e.posting = p.position
          where p.tenant_id = $1 and p.payment_id = $2 group by p.position order by p.position`,
        values: [tenant, paymentId],
      })
      return rows.map(toPosting)
    },

    due: async (nowMs, limit) => {
      const rows = await database.read<{ tenant_id: string; payment_id: string; id: string }>(everyTenant, {
        name: 'payments-due',
        text: `select tenant_id, payment_id, id from gateway.payment_attempts
          where due_at_ms <= $1 order by due_at_ms limit $2`,
        values: [nowMs, limit],
      })
      return rows.map((row) => ({ tenant: row.tenant_id, paymentId: row.payment_id, attemptId: row.id }))
    },
  }
}

interface PortalReference {
  readonly connection: string
  readonly portalReference: string
}

/** In the order of `references`. */
async function findByPortalReferences(
  database: Pick<Database, 'read'>,
  references: readonly PortalReference[],
): Promise<readonly (Payment | undefined)[]> {
  const rows = await database.read<PaymentRow>(everyTenant, {
    name: 'payments-by-portal-reference',
    text: attemptsBy('x.portal_reference = any($1)'),
    values: [references.map(({ portalReference }) => portalReference)],
  })
  const keyOf = ({ connection, portalReference }: PortalReference) => `${connection} ${portalReference}`
  const found = new Map(rows.map(toPayment).map((payment) => [keyOf(payment.attempt), payment]))
  return references.map((reference) => found.get(keyOf(reference)))
}

interface ListQuery {
  readonly tenant: string
  readonly filter: PaymentFilter
  readonly limit: number
  readonly after: string | undefined
}

/** One row more than asked for tells whether there is a next page, without counting. */
async function listPayments(database: Pick<Database, 'read'>, query: ListQuery): Promise<Page<Payment>> {
  const { tenant, filter, limit, after } = query
  const position = after === undefined ? undefined : parseMarker(after)
  const rows = await database.read<PaymentRow>(tenant, {
    name: 'payments-list',
    text: `${columns}
      where p.tenant_id = $1 and ($2::text is null or p.dossier_code = $2) and ($3::text is null or p.reference = $3)
        and ($4::text is null or p.state = $4)
        and ($5::bigint is null or (p.created_at_ms, p.id) < ($5, $6))
      order by p.created_at_ms desc, p.id desc limit $7`,
    values: [
      tenant,
      filter.dossierCode ?? null,
      filter.reference ?? null,
      filter.state ?? null,
      position?.order ?? null,
      position?.id ?? null,
      limit + 1,
    ],
  })
  const marker = (row: PaymentRow) => ({ order: Number(row.created_at_ms), id: row.id })
  return pageOf(rows, limit, { item: toPayment, marker })
}
