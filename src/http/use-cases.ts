/** The use cases as this layer calls them. `main/` hands over the real ones; tests hand over fakes. */
import type { UpstreamSystem } from '#domain/errors.ts'
import type { Payments } from '#payments/create-payments.ts'
import type { Receipts } from '#receipts/create-receipts.ts'
import type { ReconciliationModule } from '#reconciliation/create-reconciliation.ts'
import type { createFindBusiness } from '#registers/find-business.ts'
import type { createFindVerification } from '#registers/find-verification.ts'
import type { createVerifyIdentity } from '#registers/verify-identity.ts'
import type { Webhooks } from '#webhooks/create-webhooks.ts'

export interface UseCases {
  readonly verifyIdentity: ReturnType<typeof createVerifyIdentity>
  readonly findVerification: ReturnType<typeof createFindVerification>
  readonly findBusiness: ReturnType<typeof createFindBusiness>
  readonly payments: Omit<
    Payments,
    'settleAttempt' | 'settleRefund' | 'fetchBill' | 'confirmNotification' | 'sweep' | 'confirmSettlement'
  >
  readonly receipts: Receipts
  readonly reconciliation: Omit<ReconciliationModule, 'run' | 'plan'>
  readonly webhooks: Omit<Webhooks, 'dispatcher'>
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
