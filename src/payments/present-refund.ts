/** A refund as clients see it. Officers are not named: an answer that is stored under its key holds no personal data. */
import { toJsonAmount } from '#domain/money.ts'
import type { Refund, RefundState } from '#domain/refund.ts'
import { isRefundFinished } from './refund-transitions.ts'

export interface RefundView {
  readonly id: string
  /** `pay_…` */
  readonly payment: string
  readonly state: RefundState
  readonly finished: boolean
  readonly outcomeCertain: boolean
  /** Whole đồng. */
  readonly amount: number
  readonly currency: 'VND'
  readonly reason: string
  readonly approvalRequired: boolean
  /** `MaHoanTien`. */
  readonly portalReference: string
  /** `MaGiaoDichHoanTien`. */
  readonly portalTransactionId?: string
  /** The portal's code for why it would not. */
  readonly refusal?: string
  /** RFC 3339, UTC. */
  readonly createdAt: string
  readonly livemode: boolean
}

export function presentRefund(refund: Refund, livemode: boolean): RefundView {
  const { portalRefundId, refusal } = refund
  return {
    id: refund.id,
    payment: refund.paymentId,
    state: refund.state,
    finished: isRefundFinished(refund.state),
    outcomeCertain: refund.state !== 'in_doubt',
    amount: toJsonAmount(refund.amount),
    currency: 'VND',
    reason: refund.reason,
    approvalRequired: refund.needsApproval,
    portalReference: refund.refundReference,
    ...(portalRefundId === undefined ? {} : { portalTransactionId: portalRefundId }),
    ...(refusal === undefined ? {} : { refusal }),
    createdAt: new Date(refund.createdAtMs).toISOString(),
    livemode,
  }
}
