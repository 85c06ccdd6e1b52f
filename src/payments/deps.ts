/** What the payments module needs from the house; each file asks for its own share of it. */
import type { Clock, Ids } from '#domain/clock.ts'
import type { GatewayError } from '#domain/errors.ts'
import type { FeeCatalogue } from '#domain/fee.ts'
import type { Log } from '#domain/log.ts'
import type { Money } from '#domain/money.ts'
import type { PaymentState } from '#domain/payment.ts'
import type { CollectingUnit } from '#domain/portal.ts'
import type { Accountability } from '#domain/ports/accountability.ts'
import type { CaseOpener } from '#domain/ports/case-opener.ts'
import type { JobQueue } from '#domain/ports/job-queue.ts'
import type { PaymentPortal, PortalCodec } from '#domain/ports/payment-portal.ts'
import type { BillStore, IdempotencyStore, NotificationStore, PaymentStore, RefundStore } from '#domain/ports/stores.ts'
import type { StoredAnswer, UnitOfWork } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'

export interface PortalConnection {
  readonly port: Pick<
    PaymentPortal,
    'openTransaction' | 'findTransaction' | 'refundTransaction' | 'findRefund' | 'fetchBill'
  >
  readonly codec: PortalCodec
}

export interface PaymentsDeps {
  /** The portal account a tenant calls `connection`. */
  portal(tenant: string, connection: string): PortalConnection | undefined
  /** Whose account the path of a notification names: one path per configured account. */
  tenantOf(connection: string): string | undefined
  unit(tenant: string, code: string): CollectingUnit | undefined
  /** What the tenant's orders must agree with; absent: nothing. */
  feeCatalogue(tenant: string): FeeCatalogue | undefined
  /** False when the tenant's portal is a simulator. */
  livemode(tenant: string): boolean
  /** A refund that brings those of its payment above this needs a second person. */
  refundApprovalAbove(tenant: string): Money
  readonly payments: PaymentStore
  readonly refunds: RefundStore
  readonly bills: BillStore
  readonly idempotency: IdempotencyStore
  readonly notifications: NotificationStore
  readonly unitOfWork: UnitOfWork
  readonly accountability: Accountability
  readonly cases: CaseOpener
  readonly jobs: JobQueue
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** A compact JWS of the evidence key that lives 5 minutes: what the payer's browser carries back. */
  signReturnToken(claims: { readonly paymentId: string; readonly state: PaymentState }): Promise<string>
  /** The problem as it will be sent, now and at each repetition of the key. Only the HTTP layer knows its form. */
  presentRefusal(refusal: GatewayError, request: RequestContext): StoredAnswer
}

/** api.md, "Deadlines". */
export interface PaymentBudgets {
  readonly initMs: number
  readonly queryMs: number
  readonly billMs: number
}

export const defaultBudgets: PaymentBudgets = { initMs: 8_000, queryMs: 5_000, billMs: 30_000 }
