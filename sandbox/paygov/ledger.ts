/** What really happened at PayGov: every payment under its order id. In memory; rules: contracts/paygov/openapi.yaml. */
import { openedAt, type Paid } from '../paying/standing.ts'

/** `reference` is the request code. */
export interface Order extends Paid {
  readonly orderId: string
  readonly description: string
  readonly returnUrl: string
  /** SHA-256 of the create as received: a known order id must come with the same content. */
  readonly contentDigest: string
  /** The bank's number. */
  readonly transactionNo: string
}

export type NewOrder = Omit<Order, keyof ReturnType<typeof openedAt>>

export interface Ledger {
  open(order: NewOrder): Order
  findByOrderId(orderId: string): Order | undefined
  findByReference(reference: string): Order | undefined
  findByTransactionId(transactionId: string): Order | undefined
  findByPayToken(token: string): Order | undefined
  all(): readonly Order[]
  clear(): void
}

export function createLedger(): Ledger {
  const orders = new Map<string, Order>()
  const find = (isIt: (order: Order) => boolean) => [...orders.values()].find(isIt)
  return {
    open(order) {
      const opened: Order = { ...order, ...openedAt(order.openedAtMs) }
      orders.set(order.orderId, opened)
      return opened
    },
    findByOrderId: (orderId) => orders.get(orderId),
    findByReference: (wanted) => find(({ reference }) => reference === wanted),
    findByTransactionId: (wanted) => find(({ transactionId }) => transactionId === wanted),
    findByPayToken: (wanted) => find(({ payToken }) => payToken === wanted),
    all: () => [...orders.values()],
    clear: () => orders.clear(),
  }
}
