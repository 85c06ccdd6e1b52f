/** What receipts need from the house; each file asks for its own share of it. */
import type { Clock } from '#domain/clock.ts'
import type { PaymentStore } from '#domain/ports/stores.ts'

export interface ReceiptsDeps {
  readonly payments: Pick<PaymentStore, 'find'>
  readonly clock: Clock
}
