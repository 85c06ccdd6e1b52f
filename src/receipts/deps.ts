/** What receipts need from the house; each file asks for its own share of it. */
import type { Clock, Ids } from '#domain/clock.ts'
import type { CollectingUnit } from '#domain/portal.ts'
import type { Accountability } from '#domain/ports/accountability.ts'
import type { PaymentStore, ReceiptStore } from '#domain/ports/stores.ts'
import type { UnitOfWork } from '#domain/ports/unit-of-work.ts'
import type { ReceiptSigner } from '#domain/receipt.ts'

export interface ReceiptsDeps {
  readonly payments: Pick<PaymentStore, 'find' | 'events'>
  readonly receipts: ReceiptStore
  readonly unitOfWork: UnitOfWork
  readonly accountability: Pick<Accountability, 'enter'>
  readonly signer: ReceiptSigner
  unit(tenant: string, code: string): CollectingUnit | undefined
  /** False when the tenant's portal is a simulator. */
  livemode(tenant: string): boolean
  /** Issuer of statements, and where /verify is; no slash at the end. */
  readonly publicUrl: string
  readonly clock: Clock
  readonly ids: Pick<Ids, 'next'>
}
