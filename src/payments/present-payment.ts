/** A payment and its story as clients see them (api.md, "Fees"). No personal data: the payer is known to who asks. */
import { toJsonAmount } from '#domain/money.ts'
import type { AttemptState, Payment, PaymentEvent, PaymentState } from '#domain/payment.ts'
import type { LineKind } from '#domain/portal.ts'
import type { RefundState } from '#domain/refund.ts'
import { isFinished, isOutcomeCertain, paymentStateOf, refundableOf } from './payment-state.ts'

export interface PaymentView {
  readonly id: string
  readonly reference: string
  readonly state: PaymentState
  readonly finished: boolean
  readonly outcomeCertain: boolean
  /** Whole đồng. */
  readonly amount: number
  readonly currency: 'VND'
  readonly lines: readonly LineView[]
  readonly refundable: number
  readonly attempt: AttemptView
  /** RFC 3339, UTC. */
  readonly createdAt: string
  readonly livemode: boolean
}

interface LineView {
  readonly code: string
  readonly name: string
  readonly kind: LineKind
  readonly amount: number
  readonly instalment: number
}

interface AttemptView {
  readonly id: string
  readonly state: AttemptState
  readonly portalReference: string
  /** Only while the payer may use it. */
  readonly payUrl?: string
  readonly expiresAt?: string
}

export interface PaymentEventView {
  readonly id: string
  readonly type: string
  readonly createdAt: string
  readonly sequence: number
  readonly data: {
    /** The payment's. */
    readonly id: string
    readonly state: PaymentState
    readonly attempt: string
    /** The attempt's moves; those of the refund in an event about one. */
    readonly from?: AttemptState | RefundState
    readonly to: AttemptState | RefundState
    /** `ref_…` and its amount, in an event about a refund. */
    readonly refund?: string
    readonly amount?: number
    readonly cause: string
    readonly actor: string
    readonly portalRecord?: NonNullable<PaymentEvent['portalRecord']>
  }
  readonly livemode: boolean
}

const instant = (atMs: number): string => new Date(atMs).toISOString()

export function presentPayment(payment: Payment, livemode: boolean): PaymentView {
  const { attempt, amount, refunded, refundReserved, state } = payment
  return {
    id: payment.id,
    reference: payment.reference,
    state,
    finished: isFinished(state),
    outcomeCertain: isOutcomeCertain(state),
    amount: toJsonAmount(amount),
    currency: 'VND',
    lines: payment.lines.map(({ code, name, kind, amount, instalment }) => ({
      code,
      name,
      kind,
      amount: toJsonAmount(amount),
      instalment,
    })),
    refundable: toJsonAmount(refundableOf({ attempt: attempt.state, amount, refunded, refundReserved })),
    attempt: {
      id: attempt.id,
      state: attempt.state,
      portalReference: attempt.portalReference,
      ...(attempt.state === 'awaiting_payer' && attempt.payUrl !== undefined ? { payUrl: attempt.payUrl } : {}),
      ...(attempt.expiresAtMs === undefined ? {} : { expiresAt: instant(attempt.expiresAtMs) }),
    },
    createdAt: instant(payment.createdAtMs),
    livemode,
  }
}

/** `state` is the payment's as this event left it. */
export function presentEvent(
  payment: Pick<Payment, 'id' | 'amount'>,
  event: PaymentEvent,
  livemode: boolean,
): PaymentEventView {
  const { refund, portalRecord } = event
  const { from, to } = refund ?? event
  return {
    id: event.id,
    type: event.type,
    createdAt: instant(event.createdAtMs),
    sequence: event.sequence,
    data: {
      id: payment.id,
      state: paymentStateOf({ attempt: event.to, amount: payment.amount, refunded: refund?.refunded ?? { dong: 0n } }),
      attempt: event.attemptId,
      ...(from === undefined ? {} : { from }),
      to,
      cause: event.cause,
      actor: event.actor,
      ...(refund === undefined ? {} : { refund: refund.id, amount: toJsonAmount(refund.amount) }),
      ...(portalRecord === undefined ? {} : { portalRecord }),
    },
    livemode,
  }
}
