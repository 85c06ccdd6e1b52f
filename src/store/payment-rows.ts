/**
 * From rows to payments, column by column. int8 columns come as text where they are columns and as numbers inside jsonb; both
 * are exact, because instants and amounts stay far below 2^53.
 */
import type { JournalAccount, PostedFact, PostingKind } from '#domain/journal.ts'
import { money } from '#domain/money.ts'
import type { Attempt, AttemptState, Payment, PaymentEvent, PaymentLine, PaymentState } from '#domain/payment.ts'
import type { FineDetails, LineKind, PortalReference } from '#domain/portal.ts'
import type { RefundState, RefundStep } from '#domain/refund.ts'

export interface PaymentRow {
  readonly id: string
  readonly tenant_id: string
  readonly client_id: string
  readonly reference: string
  readonly dossier_code: string
  readonly procedure_code: string
  readonly procedure_name: string
  readonly payer: Payment['payer']
  readonly collecting_unit: string
  readonly fine: FineDetails | null
  readonly amount_dong: string
  readonly refunded_dong: string
  readonly refund_reserved_dong: string
  readonly state: PaymentState
  readonly return_url: string | null
  readonly created_at_ms: string
  readonly sequence: number
  readonly attempt: AttemptRow
  readonly lines: readonly LineRow[]
}

interface AttemptRow {
  readonly id: string
  readonly number: number
  readonly state: AttemptState
  readonly version: number
  readonly connection: string
  readonly portal_reference: string
  readonly issued_at_ms: number
  readonly init_body: string
  readonly pay_url: string | null
  readonly viet_qr: string | null
  readonly portal_transaction_id: string | null
  readonly expires_at_ms: number | null
  readonly due_at_ms: number | null
  readonly checks: number
  readonly not_found_since_ms: number | null
}

interface LineRow {
  readonly code: string
  readonly name: string
  readonly kind: LineKind
  readonly amount_dong: number
  readonly instalment: number
}

export interface PostingRow {
  readonly kind: PostingKind
  readonly attempt_id: string
  readonly cites: string
  readonly posted_at_ms: string
  readonly entries: readonly { readonly account: JournalAccount; readonly dong: string }[]
}

export interface EventRow {
  readonly id: string
  readonly sequence: number
  readonly type: string
  readonly attempt_id: string
  readonly from_state: AttemptState | null
  readonly to_state: AttemptState
  readonly cause: string
  readonly actor: string
  readonly portal_record: NonNullable<PaymentEvent['portalRecord']> | null
  readonly refund: RefundStepRow | null
  readonly created_at_ms: string
}

interface RefundStepRow {
  readonly id: string
  readonly from?: RefundState
  readonly to: RefundState
  readonly amountDong: number
  readonly refundedDong: number
}

/** `{ [name]: value }`, or nothing where the column is null: absence is said with absence. */
export function given<Name extends string, Value>(name: Name, value: Value | null): { [key in Name]?: Value } {
  return (value === null ? {} : { [name]: value }) as { [key in Name]?: Value }
}

export const toPayment = (row: PaymentRow): Payment => ({
  id: row.id,
  tenant: row.tenant_id,
  clientId: row.client_id,
  reference: row.reference,
  dossierCode: row.dossier_code,
  procedureCode: row.procedure_code,
  procedureName: row.procedure_name,
  payer: row.payer,
  lines: row.lines.map(toLine),
  collectingUnit: row.collecting_unit,
  ...given('fine', row.fine),
  amount: money(BigInt(row.amount_dong)),
  refunded: money(BigInt(row.refunded_dong)),
  refundReserved: money(BigInt(row.refund_reserved_dong)),
  state: row.state,
  ...given('returnUrl', row.return_url),
  createdAtMs: Number(row.created_at_ms),
  sequence: row.sequence,
  attempt: toAttempt(row.attempt),
})

const toLine = ({ code, name, kind, amount_dong, instalment }: LineRow): PaymentLine => ({
  code,
  name,
  kind,
  amount: money(amount_dong),
  instalment,
})

const toAttempt = (row: AttemptRow): Attempt => ({
  id: row.id,
  number: row.number,
  state: row.state,
  version: row.version,
  connection: row.connection,
  portalReference: row.portal_reference as PortalReference,
  issuedAtMs: row.issued_at_ms,
  initBody: row.init_body,
  ...given('payUrl', row.pay_url),
  ...given('vietQr', row.viet_qr),
  ...given('portalTransactionId', row.portal_transaction_id),
  ...given('expiresAtMs', row.expires_at_ms),
  ...given('dueAtMs', row.due_at_ms),
  checks: row.checks,
  ...given('notFoundSinceMs', row.not_found_since_ms),
})

const toRefundStep = ({ amountDong, refundedDong, ...step }: RefundStepRow): RefundStep => ({
  ...step,
  amount: money(amountDong),
  refunded: money(refundedDong),
})

export const toEvent = (row: EventRow): PaymentEvent => ({
  id: row.id,
  sequence: row.sequence,
  type: row.type,
  attemptId: row.attempt_id,
  ...given('from', row.from_state),
  to: row.to_state,
  cause: row.cause,
  actor: row.actor,
  ...given('portalRecord', row.portal_record),
  ...given('refund', row.refund && toRefundStep(row.refund)),
  createdAtMs: Number(row.created_at_ms),
})

export const toPosting = (row: PostingRow): PostedFact => ({
  kind: row.kind,
  attemptId: row.attempt_id,
  cites: row.cites,
  entries: row.entries.map(({ account, dong }) => ({ account, dong: BigInt(dong) })),
  postedAtMs: Number(row.posted_at_ms),
})
