/** What every dialect of a payment portal makes of an account. What the dialect has no message for is absent. */
import type { PaymentPortal, PortalCodec } from '#domain/ports/payment-portal.ts'
import type { SettlementSource } from '#domain/ports/settlement-source.ts'

export type PaymentPortalAdapter = PaymentPortal &
  SettlementSource & {
    readonly codec: PortalCodec
    /** Ends all connections; calls in flight fail. */
    close(): Promise<void>
  }
