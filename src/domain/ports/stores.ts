/** Reading. Every method names its tenant; another tenant's object is simply absent. All may reject with `GatewayError('storage_unavailable')`. */
import type { KeptBill, OwedBill } from '../bill.ts'
import type { PostedFact } from '../journal.ts'
import type { Payment, PaymentEvent, PaymentState } from '../payment.ts'
import type { Client } from '../principal.ts'
import type { IssuedReceipt, ReceiptSubject } from '../receipt.ts'
import type { Refund } from '../refund.ts'
import type { IdempotencyRecord, IdempotencyScope, NotificationRecord, VerificationRecord } from './unit-of-work.ts'

export interface Page<T> {
  readonly items: readonly T[]
  /** Opaque; absent when there is nothing more. */
  readonly next?: string
}

/** Which page of a list is asked for. */
export interface PageWish {
  readonly limit: number
  /** As given by `next`. */
  readonly after?: string
}

export interface VerificationStore {
  find(tenant: string, id: string): Promise<VerificationRecord | undefined>
}

export interface IdempotencyStore {
  find(scope: IdempotencyScope): Promise<IdempotencyRecord | undefined>
}

export interface PaymentFilter {
  readonly dossierCode?: string
  readonly reference?: string
  readonly state?: PaymentState
}

export interface PaymentStore {
  find(tenant: string, id: string): Promise<Payment | undefined>
  findByReference(tenant: string, reference: string): Promise<Payment | undefined>
  /** The payment that holds any of these obligation keys. */
  findHolder(
    tenant: string,
    dossierCode: string,
    lines: readonly { code: string; instalment: number }[],
  ): Promise<string | undefined>
  /** Newest first. `after` as given by `next`. */
  list(tenant: string, filter: PaymentFilter, limit: number, after?: string): Promise<Page<Payment>>
  events(tenant: string, paymentId: string): Promise<readonly PaymentEvent[]>
  /** Its journal, oldest first. */
  postings(tenant: string, paymentId: string): Promise<readonly PostedFact[]>
  /** With this attempt of it, be it a former one. */
  findByAttempt(tenant: string, attemptId: string): Promise<Payment | undefined>
  /** Across tenants, for the notification door and the sweeper: a portal reference is unique everywhere. */
  findByPortalReference(connection: string, portalReference: string): Promise<Payment | undefined>
  /** Attempts that are due for a look, oldest first. */
  due(nowMs: number, limit: number): Promise<readonly { tenant: string; paymentId: string; attemptId: string }[]>
}

export interface RefundStore {
  find(tenant: string, id: string): Promise<Refund | undefined>
  /** Newest first, at most 100. */
  list(tenant: string, paymentId: string): Promise<readonly Refund[]>
  /** Refunds that are due for a look, oldest first. */
  due(nowMs: number, limit: number): Promise<readonly { tenant: string; refundId: string }[]>
}

export interface BillStore {
  find(tenant: string, attemptId: string): Promise<OwedBill | undefined>
  /** Absent unless it is kept. */
  read(tenant: string, attemptId: string): Promise<KeptBill | undefined>
  /** Bills that are due to be asked for, oldest first. */
  due(nowMs: number, limit: number): Promise<readonly { tenant: string; attemptId: string }[]>
  /** How many were asked for in vain until the schedule's end, in all tenants. */
  parked(): Promise<number>
}

export interface ReceiptStore {
  find(tenant: string, subject: ReceiptSubject): Promise<IssuedReceipt | undefined>
}

export interface NotificationStore {
  /** Stored but not yet confirmed by asking the portal, oldest first. */
  unsettled(limit: number): Promise<readonly NotificationRecord[]>
  /** Whether more than `count` of them wait to be confirmed, of whatever tenant. */
  hasBacklog(count: number): Promise<boolean>
  /** Undefined for one that is settled, too. */
  findUnsettled(id: string): Promise<NotificationRecord | undefined>
}

export interface ClientStore {
  find(clientId: string): Promise<Client | undefined>
  list(tenant?: string): Promise<readonly Client[]>
  /** Inserts; rejects with `CommitConflict`-like Error when the id is taken. */
  add(client: Client): Promise<void>
  disable(clientId: string, atMs: number): Promise<boolean>
}
