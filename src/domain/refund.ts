import type { Money } from './money.ts'
import type { PortalReference } from './portal.ts'

/** reliability.md 4.3. The legal moves are the table in `payments/refund-transitions.ts`. */
export const refundStates = [
  'requested',
  'approved',
  'submitting',
  'in_doubt',
  'accepted',
  'completed',
  'rejected',
  'reversed',
] as const
export type RefundState = (typeof refundStates)[number]

/** Part or all of a paid transaction, given back under one reference, however often it has to be asked for. */
export interface Refund {
  /** `ref_…` */
  readonly id: string
  readonly tenant: string
  readonly paymentId: string
  /** The paid attempt. */
  readonly attemptId: string
  readonly state: RefundState
  /** Grows by one with every move: the fence. */
  readonly version: number
  readonly connection: string
  /** `MaThamChieu` of the paid transaction. */
  readonly portalReference: PortalReference
  /** `MaHoanTien`: fixed before the portal ever hears of it, never another one. */
  readonly refundReference: PortalReference
  /** `ThoiGianGD` of REFUND; asked about with the same. */
  readonly issuedAtMs: number
  /** REFUND byte for byte as prepared. */
  readonly body: string
  readonly amount: Money
  readonly reason: string
  readonly requestedBy: Officer
  /** Who decided about it; absent where nobody had to, or has yet. */
  readonly decidedBy?: Officer
  /** It brings the payment's refunds above the limit of the tenant: a second person decides. */
  readonly needsApproval: boolean
  /** `MaGiaoDichHoanTien`. */
  readonly portalRefundId?: string
  /** Why the portal would not, in its own code, e.g. `EXCEEDS_PAID`. */
  readonly refusal?: string
  /** When the sweeper should look at it next; absent when nothing is due. */
  readonly dueAtMs?: number
  /** Looks since the doubt began: the position in the limbo schedule. */
  readonly checks: number
  readonly createdAtMs: number
}

/** A person at a client system. Without an officer's own account nobody can tell two people of one client apart. */
export interface Officer {
  readonly clientId: string
  readonly officerId?: string
}

/** What a `refund.<state>` event of the payment's story tells of the refund. */
export interface RefundStep {
  /** `ref_…` */
  readonly id: string
  readonly from?: RefundState
  readonly to: RefundState
  readonly amount: Money
  /** Of the payment, all refunds together, after this step. */
  readonly refunded: Money
}
