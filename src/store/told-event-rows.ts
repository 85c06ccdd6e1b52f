/** Events as the feed and the webhooks tell them: a row of `events` joined to what it is about. */
import { money } from '#domain/money.ts'
import type { ToldEvent } from '#domain/webhook.ts'
import { toCase, type CaseRow } from './case-store.ts'
import { toEvent, type EventRow } from './payment-rows.ts'

export interface ToldRow {
  readonly told_id: string
  readonly told_subject: string
  readonly payment_event: EventRow | null
  readonly payment_amount_dong: string | null
  readonly opened_case: CaseRow | null
}

/** What `ToldRow` needs, for an `e` of `events`. */
export const toldColumns = `e.id as told_id, e.subject as told_subject, to_jsonb(pe) as payment_event,
  p.amount_dong as payment_amount_dong, to_jsonb(c) as opened_case`

export const toldJoins = `left join gateway.payment_events pe on pe.id = e.id
  left join gateway.payments p on p.id = pe.payment_id
  left join gateway.cases c on pe.id is null and c.id = e.subject`

export function toTold(row: ToldRow): ToldEvent {
  const { payment_event: event, payment_amount_dong: amount, opened_case: opened } = row
  if (event !== null && amount !== null) {
    return {
      kind: 'payment',
      payment: { id: row.told_subject, amount: money(BigInt(amount)) },
      event: toEvent(event),
    }
  }
  if (opened === null) throw new Error('an event is about a payment or a case')
  const { resolved: _, ...rest } = toCase(opened)
  // As it was when it was told.
  return { kind: 'case', id: row.told_id, opened: { ...rest, state: 'open' } }
}
