/** The use cases as this layer calls them. `main/` hands over the real ones; tests hand over fakes. */
import type { UpstreamSystem } from '#domain/errors.ts'
import type { PaymentFilter } from '#domain/ports/stores.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { CreatePayment } from '#payments/create-payment.ts'
import type { ListView, PaymentEventView, PaymentView } from '#payments/present-payment.ts'
import type { createFindBusiness } from '#registers/find-business.ts'
import type { createFindVerification } from '#registers/find-verification.ts'
import type { createVerifyIdentity } from '#registers/verify-identity.ts'

export interface UseCases {
  readonly verifyIdentity: ReturnType<typeof createVerifyIdentity>
  readonly findVerification: ReturnType<typeof createFindVerification>
  readonly findBusiness: ReturnType<typeof createFindBusiness>
  readonly payments: Payments
}

export interface Payments {
  readonly create: CreatePayment
  /** Throws `payment_not_found`. */
  get(id: string, request: RequestContext): Promise<PaymentView>
  list(
    filter: PaymentFilter,
    page: { readonly limit: number; readonly after?: string },
    request: RequestContext,
  ): Promise<ListView<PaymentView>>
  /** Throws `payment_not_found`. */
  events(id: string, request: RequestContext): Promise<ListView<PaymentEventView>>
  receiveNotification(
    connection: string,
    raw: Uint8Array,
  ): Promise<{ readonly kind: 'acknowledged' | 'invalid' | 'try_again' | 'unknown_connection'; readonly body: string }>
  returnPayer(connection: string, portalReference: string): Promise<{ readonly location: string } | undefined>
}

/** One upstream of a tenant and its operation classes, as the guards around the ports see them. */
export interface UpstreamHealth {
  readonly system: UpstreamSystem
  /** The configured portal account; absent for the two registers. */
  readonly connection?: string
  readonly dialect: string
  readonly classes: readonly ClassHealth[]
}

export interface ClassHealth {
  readonly operationClass: string
  readonly breaker: 'closed' | 'open' | 'half_open'
  readonly inFlight: number
  readonly maxInFlight: number
  readonly latencyMs?: { readonly p50: number; readonly p99: number }
  /** Share of the last calls, 0 … 1. */
  readonly errorShare?: number
  readonly lastErrorCode?: string
  readonly lastErrorAtMs?: number
}

export interface Readiness {
  readonly ready: boolean
  /** E.g. `{ database: 'ready', jobs: 'starting' }`. */
  readonly parts: Readonly<Record<string, string>>
}
