/** Create: opens a payment, or says again where an already opened one is paid. Never two under one order id. */
import { hash, randomBytes } from 'node:crypto'
import type { Answer } from '../kernel/simulator.ts'
import { compactLocalTime } from '../paying/local-time.ts'
import { answered } from './answers.ts'
import type { Ledger, Order } from './ledger.ts'
import type { Message } from './signing.ts'

export interface CreateDeps {
  readonly ledger: Ledger
  readonly nowMs: () => number
  /** Where pay pages lie, without the token. */
  readonly payPages: () => string
  readonly complain: (pointer: string, message: string) => void
}

/** Read only after the contract's schema has accepted the message. */
interface CreateMessage extends Message {
  readonly orderId: string
  readonly requestCode: string
  readonly amount: number
  readonly orderInfo: string
  readonly returnUrl: string
}

export function createCreate({ ledger, nowMs, payPages, complain }: CreateDeps) {
  let sequence = 0
  // Ids must not come again after a restart: a gateway that kept its database would take a new payment for an old one.
  const epoch = randomBytes(3).toString('hex').toUpperCase()

  const open = (message: CreateMessage, contentDigest: string): Order => {
    const openedAtMs = nowMs()
    const payToken = randomBytes(15).toString('base64url')
    sequence += 1
    const number = `${compactLocalTime(openedAtMs).slice(2, 8)}${epoch}${String(sequence).padStart(6, '0')}`
    return ledger.open({
      reference: message.requestCode,
      orderId: message.orderId,
      amount: message.amount,
      description: message.orderInfo,
      returnUrl: message.returnUrl,
      contentDigest,
      transactionId: `PG${number}`,
      transactionNo: `NH${number}`,
      payToken,
      payUrl: `${payPages()}/${payToken}`,
      openedAtMs,
    })
  }

  return {
    /** The payment the message is about, new or known; undefined when it must be refused. */
    admit(message: Message, raw: Uint8Array): Order | undefined {
      const { orderId, requestCode } = message as CreateMessage
      const contentDigest = hash('sha256', raw, 'base64url')
      const known = ledger.findByOrderId(orderId)
      if (known?.contentDigest === contentDigest) return known
      if (known) complain('/orderId', 'is known already, with other content')
      const isOurs = orderId.endsWith(`-${requestCode}`)
      if (!isOurs) complain('/orderId', 'does not end with the request code')
      return known || !isOurs ? undefined : open(message as CreateMessage, contentDigest)
    },
    answer(order: Order | undefined, fault: string | undefined): Answer {
      if (!order) return answered('INVALID_REQUEST')
      const requestCode = fault === 'wrong-reference' ? otherReference(order.reference) : order.reference
      return answered('SUCCESSFUL', { data: { url: order.payUrl, requestCode } })
    },
  }
}

const otherReference = (reference: string): string => reference.slice(0, -1) + (reference.endsWith('Z') ? 'Y' : 'Z')
