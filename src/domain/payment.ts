import type { Money } from './money.ts'
import type { FineDetails, OrderLine, PortalReference } from './portal.ts'
import type { RefundStep } from './refund.ts'

/** api.md, "Attempt states". The legal moves are the table in `payments/transitions.ts`. */
export const attemptStates = [
  'submitting',
  'awaiting_payer',
  'in_doubt',
  'paid',
  'failed',
  'expired',
  'cancelling',
  'cancelled',
  'mismatch',
] as const
export type AttemptState = (typeof attemptStates)[number]

/** Derived from the live or paid attempt, then from refunds; `cancelling` is shown as `in_doubt`. */
export const paymentStates = [
  'submitting',
  'awaiting_payer',
  'in_doubt',
  'mismatch',
  'paid',
  'failed',
  'expired',
  'cancelled',
  'partially_refunded',
  'refunded',
] as const
export type PaymentState = (typeof paymentStates)[number]

export interface PaymentLine extends OrderLine {
  /** Part of the obligation key (dossierCode, code, instalment); at least 1. */
  readonly instalment: number
}

/** One try to collect the obligation at the portal, under one reference. */
export interface Attempt {
  readonly id: string
  /** 1, 2, … within the payment. */
  readonly number: number
  readonly state: AttemptState
  /** Grows by one with every move: the fence. A writer that expects another version changes nothing. */
  readonly version: number
  /** The configured portal account, e.g. `payment-portal`. */
  readonly connection: string
  readonly portalReference: PortalReference
  /** `ThoiGianGD`; sent again unchanged. */
  readonly issuedAtMs: number
  /** INIT byte for byte as first prepared. Personal data. */
  readonly initBody: string
  readonly payUrl?: string
  readonly vietQr?: string
  readonly portalTransactionId?: string
  readonly expiresAtMs?: number
  /** When the sweeper should look at it next; absent when nothing is due. */
  readonly dueAtMs?: number
  /** Questions asked since the doubt began: the position in the limbo schedule. */
  readonly checks: number
  /** First sighting of "not found" in the present doubt. */
  readonly notFoundSinceMs?: number
}

/** An obligation and its attempts. */
export interface Payment {
  readonly id: string
  readonly tenant: string
  readonly clientId: string
  readonly reference: string
  readonly dossierCode: string
  readonly procedureCode: string
  readonly procedureName: string
  readonly payer: { readonly fullName: string; readonly personalId?: string; readonly address?: string }
  readonly lines: readonly PaymentLine[]
  readonly collectingUnit: string
  readonly fine?: FineDetails
  readonly amount: Money
  /** Refunds the portal has accepted. */
  readonly refunded: Money
  /** Refunds that are asked for and not decided: nobody else may ask for this money again. */
  readonly refundReserved: Money
  readonly state: PaymentState
  readonly returnUrl?: string
  readonly createdAtMs: number
  /** The sequence of its newest event: the next one is this plus one, without gaps. */
  readonly sequence: number
  /** The live or paid attempt, else the newest; looked for by a portal reference, the attempt that has it. */
  readonly attempt: Attempt
}

/** One line of the payment's story. */
export interface PaymentEvent {
  /** `evt_…` */
  readonly id: string
  readonly sequence: number
  /** `payment.<state>`, `payment.corrected` or `refund.<state>`. */
  readonly type: string
  readonly attemptId: string
  readonly from?: AttemptState
  readonly to: AttemptState
  /** The name of the edge, e.g. `portal_opened`, `answer_lost`, `settled_after_doubt`. */
  readonly cause: string
  /** `client:<id>`, `gateway` or `portal`. */
  readonly actor: string
  /**
   * What a correction cites: the portal's transaction id and the digest of the answer, the notification or the settlement
   * file that said so; of a file also which one (`stf_…`) and where.
   */
  readonly portalRecord?: {
    readonly transactionId?: string
    readonly answerSha256: string
    readonly file?: string
    readonly line?: number
  }
  /** Of a `refund.<state>` event; `from` and `to` are the attempt's then, which stays where it is. */
  readonly refund?: RefundStep
  readonly createdAtMs: number
}
