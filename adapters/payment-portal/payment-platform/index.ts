/** The national payment platform in its own dialect, pp-1.0.6, behind the port `PaymentPortal`. */
import type { PaymentPortalAdapter } from '../adapter.ts'
import { createPortalClient, type PartnerAccount } from './client.ts'
import { fetchBill } from './fetch-bill.ts'
import { fetchSettlementFile } from './fetch-settlement-file.ts'
import { findTransaction } from './find-transaction.ts'
import { acknowledge, readNotification } from './notification.ts'
import { encodeOrder, openTransaction } from './open-transaction.ts'
import { encodeRefund, findRefund, refundTransaction } from './refund-transaction.ts'
import { createHttp } from '#adapters/transport/http.ts'
import type { Clock } from '#domain/clock.ts'
import type { PortalReference } from '#domain/portal.ts'
import type { PaymentPortal } from '#domain/ports/payment-portal.ts'

export interface PaymentPlatformOptions {
  readonly dialect: 'pp-1.0.6'
  /** The one address all messages are posted to. */
  readonly url: string
  /** `MaDoiTac`. */
  readonly partnerCode: string
  /** The checksum's secret, without a line end. */
  readonly secret: string
  readonly clock: Clock
}

/** Nothing of the port is absent here. */
export type PaymentPlatformAdapter = PaymentPortalAdapter & Required<PaymentPortal>

export function createPaymentPlatform(options: PaymentPlatformOptions): PaymentPlatformAdapter {
  const { clock, url, partnerCode, secret } = options
  const account: PartnerAccount = { partnerCode, secret }
  const http = createHttp({ clock })
  const client = createPortalClient({ http, url, account, clock })
  return {
    openTransaction: (prepared, call) => openTransaction(client, prepared, call),
    findTransaction: (key, call) => findTransaction(client, key, call),
    refundTransaction: (prepared, call) => refundTransaction(client, prepared, call),
    findRefund: (key, call) => findRefund(client, key, call),
    fetchBill: (bill, call) => fetchBill(client, bill, call),
    fetchSettlementFile: (date, accept, call) => fetchSettlementFile({ http, url, account, clock }, date, accept, call),
    async probe(call) {
      await findTransaction(client, { reference: neverIssued, issuedAtMs: clock.nowMs() }, call)
    },
    codec: {
      prepareTransaction: (order) => ({ reference: order.reference, body: encodeOrder(order, account) }),
      prepareRefund: (order) => ({
        reference: order.reference,
        refundReference: order.refundReference,
        body: encodeRefund(order, account),
      }),
      readNotification: (raw) => readNotification(raw, account),
      acknowledge: (raw, verdict, nowMs) => acknowledge(raw, verdict, nowMs, account),
    },
    close: () => http.close(),
  }
}

/** Our references carry time and randomness: one of zeros alone cannot be issued. */
const neverIssued = '0'.repeat(20) as PortalReference
