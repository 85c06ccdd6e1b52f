import type { CallContext } from '../call-context.ts'
import type {
  Bill,
  BillRequest,
  OpenedTransaction,
  PortalNotification,
  PreparedRefund,
  PreparedTransaction,
  RefundKey,
  RefundOrder,
  RefundStanding,
  TransactionKey,
  TransactionOrder,
  TransactionStanding,
} from '../portal.ts'

/**
 * A payment portal. Errors: `UpstreamError`; on `openTransaction` mind its fate. What a dialect has no message for is
 * absent: a portal without `findTransaction` cannot be asked what became of the money, and only its settlement file says.
 */
export interface PaymentPortal {
  /** INIT. The same prepared bytes may be sent again; the platform answers a known reference with the same URL. */
  openTransaction(prepared: PreparedTransaction, call: CallContext): Promise<OpenedTransaction>
  /** QUERY. */
  findTransaction?(key: TransactionKey, call: CallContext): Promise<TransactionStanding>
  /** REFUND. The same prepared bytes may be sent again: the platform makes one refund of one refund reference. */
  refundTransaction?(prepared: PreparedRefund, call: CallContext): Promise<RefundStanding>
  /** QUERY_REFUND. */
  findRefund?(key: RefundKey, call: CallContext): Promise<RefundStanding>
  /** GET_BILL: the portal's own receipt, a PDF, or why there is none. */
  fetchBill(bill: BillRequest, call: CallContext): Promise<Bill>
  /** Asks about a reference that was never issued: alive and trusting us, without any effect. For half-open breakers. */
  probe?(call: CallContext): Promise<void>
}

/** The pure half of a portal dialect: no network, no clock. */
export interface PortalCodec {
  /** Deterministic: the same order gives the same bytes. */
  prepareTransaction(order: TransactionOrder): PreparedTransaction
  /** Absent where the dialect has no refunds, as the port's two refund operations are then. */
  prepareRefund?(order: RefundOrder): PreparedRefund
  /** Checks the checksum over the field values exactly as received. */
  readNotification(
    raw: Uint8Array,
  ): { readonly kind: 'valid'; readonly notification: PortalNotification } | { readonly kind: 'invalid' }
  /** The portal's own form of acknowledgement; `invalid` is `MaLoi` 07. */
  acknowledge(raw: Uint8Array, verdict: 'received' | 'invalid' | 'try_again', nowMs: number): string
}
