/** What every dialect of a payment portal makes of an account. */
import type { PaymentPortal, PortalCodec } from '#domain/ports/payment-portal.ts'
import type { SettlementSource } from '#domain/ports/settlement-source.ts'

export type PaymentPortalAdapter = Required<PaymentPortal> &
  SettlementSource & {
    readonly codec: PortalCodec
    /** Ends all connections; calls in flight fail. */
    close(): Promise<void>
  }
