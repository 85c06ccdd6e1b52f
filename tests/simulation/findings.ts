/** What a history left behind: the database's rows, the portal's journal and what clients were told. Invariants look at nothing else. */
import type { BillState } from '#domain/bill.ts'
import type { AttemptState, PaymentState } from '#domain/payment.ts'
import type { RefundState } from '#domain/refund.ts'
import type { GivenAnswer, JournalEntry, PortalRefund, PortalTransaction } from './portal-model.ts'
import type { ReceivedEvent } from './receiver-model.ts'
import type { Act, World } from './world.ts'

export interface PaymentFacts {
  readonly id: string
  readonly tenant_id: string
  readonly reference: string
  readonly amount_dong: string
  readonly refunded_dong: string
  readonly refund_reserved_dong: string
  readonly state: PaymentState
  readonly sequence: number
}

export interface AttemptFacts {
  readonly id: string
  readonly tenant_id: string
  readonly payment_id: string
  readonly number: number
  readonly state: AttemptState
  readonly version: number
  readonly connection: string
  readonly portal_reference: string
  readonly init_body: string
  readonly expires_at_ms: string
}

export interface EventFacts {
  readonly tenant_id: string
  readonly payment_id: string
  readonly sequence: number
  readonly type: string
  readonly attempt_id: string
  readonly from_state: AttemptState | null
  readonly to_state: AttemptState
  readonly cause: string
  readonly portal_record: { readonly answerSha256: string } | null
  readonly id: string
  readonly refund: { readonly id: string; readonly from?: RefundState; readonly to: RefundState } | null
}

export interface RefundFacts {
  readonly id: string
  readonly tenant_id: string
  readonly payment_id: string
  readonly state: RefundState
  readonly version: number
  readonly portal_reference: string
  readonly refund_reference: string
  readonly body: string
  readonly amount_dong: string
}

export interface BillFacts {
  readonly attempt_id: string
  readonly tenant_id: string
  readonly payment_id: string
  readonly state: BillState
  readonly bytes: Uint8Array | null
  readonly sha256: Uint8Array | null
}

export interface LineFacts {
  readonly payment_id: string
  readonly tenant_id: string
  readonly dossier_code: string
  readonly code: string
  readonly instalment: number
  readonly holds: boolean
}

export interface NotificationFacts {
  readonly tenant_id: string
  readonly connection: string
  readonly raw: Uint8Array
  readonly reference: string
  readonly settled_at_ms: string | null
  readonly outcome: string | null
}

export interface KeyFacts {
  readonly tenant_id: string
  readonly client_id: string
  readonly path: string
  readonly key: string
  readonly resource_id: string | null
  readonly answer_body: string | null
}

export interface EntryFacts {
  readonly id: string
  readonly tenant_id: string
  readonly action: string
  readonly writer: string
  readonly writer_seq: string
  readonly prev_hash: Uint8Array
  readonly chain_hash: Uint8Array
  readonly leaf_hash: Uint8Array
  readonly leaf: string
}

export interface CaseFacts {
  readonly id: string
  readonly tenant_id: string
  readonly kind: string
  readonly payment_id: string | null
}

export interface DeliveryFacts {
  readonly id: string
  readonly tenant_id: string
  readonly event_id: string
  readonly event_type: string
  readonly subject: string
  readonly state: string
  readonly tries: number
}

export interface PostingFacts {
  readonly tenant_id: string
  readonly payment_id: string
  readonly attempt_id: string
  readonly kind: string
  readonly entries: Readonly<Record<string, number>>
}

export interface JournalFault {
  readonly payment_id: string
  readonly fault: string
  readonly detail: string
}

export interface Findings {
  readonly cases: readonly CaseFacts[]
  readonly payments: readonly PaymentFacts[]
  readonly attempts: readonly AttemptFacts[]
  readonly events: readonly EventFacts[]
  readonly refunds: readonly RefundFacts[]
  readonly bills: readonly BillFacts[]
  readonly lines: readonly LineFacts[]
  readonly notifications: readonly NotificationFacts[]
  readonly keys: readonly KeyFacts[]
  readonly entries: readonly EntryFacts[]
  readonly deliveries: readonly DeliveryFacts[]
  readonly postings: readonly PostingFacts[]
  /** What the gateway's own view of its journal complains of. */
  readonly journalFaults: readonly JournalFault[]
  readonly received: readonly ReceivedEvent[]
  readonly transactions: readonly PortalTransaction[]
  readonly portalRefunds: readonly PortalRefund[]
  readonly journal: readonly JournalEntry[]
  readonly answers: ReadonlyMap<string, GivenAnswer>
  readonly acts: readonly Act[]
  readonly nowMs: number
}

export async function gather({ database, portal, receiver, acts, time }: World): Promise<Findings> {
  const all = async <Row>(table: string, order: string) =>
    (await database.rows(`select * from gateway.${table} order by ${order}`)) as unknown as readonly Row[]
  return {
    payments: await all<PaymentFacts>('payments', 'id'),
    attempts: await all<AttemptFacts>('payment_attempts', 'payment_id, number'),
    events: await all<EventFacts>('payment_events', 'payment_id, sequence'),
    cases: await all<CaseFacts>('cases', 'id'),
    refunds: await all<RefundFacts>('refunds', 'id'),
    bills: await all<BillFacts>('portal_bills', 'attempt_id'),
    lines: await all<LineFacts>('payment_lines', 'payment_id, position'),
    notifications: await all<NotificationFacts>('portal_notifications', 'id'),
    keys: await all<KeyFacts>('idempotency_keys', 'tenant_id, client_id, path, key'),
    entries: await all<EntryFacts>('audit_entries', 'writer, writer_seq'),
    deliveries: await all<DeliveryFacts>('webhook_deliveries', 'position, id'),
    postings: (await database.rows(
      `select p.tenant_id, p.payment_id, p.attempt_id, p.kind, jsonb_object_agg(e.account, e.dong) as entries
       from gateway.journal_postings p join gateway.journal_entries e on e.posting = p.position
       group by p.position order by p.payment_id, p.position`,
    )) as unknown as readonly PostingFacts[],
    journalFaults: await all<JournalFault>('journal_faults', 'payment_id, fault, detail'),
    received: receiver.received,
    transactions: portal.transactions(),
    portalRefunds: portal.refunds(),
    journal: portal.journal,
    answers: portal.answers,
    acts,
    nowMs: time.nowMs(),
  }
}

/** Everything about money and its story, as one text: applying an input again must not change it. */
export const digestOf = ({
  cases,
  payments,
  attempts,
  events,
  refunds,
  bills,
  lines,
  notifications,
  keys,
  deliveries,
  postings,
}: Findings): string =>
  JSON.stringify([
    cases.map(({ kind, payment_id }) => [kind, payment_id]),
    payments,
    attempts.map(({ id, state, version }) => [id, state, version]),
    events,
    refunds.map(({ id, state, version }) => [id, state, version]),
    bills.map(({ attempt_id, state }) => [attempt_id, state]),
    lines,
    notifications.map(({ reference, outcome }) => [reference, outcome]),
    keys,
    deliveries.map(({ id, state }) => [id, state]),
    postings,
  ])
