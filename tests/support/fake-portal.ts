/**
 * The payment platform in memory: it knows what was really opened and paid, and fails as it is told to. Its codec is
 * plain JSON; a notification is valid when it says so.
 */
import { UpstreamError, type Fate, type UpstreamErrorCode } from '#domain/errors.ts'
import type { PaymentPortal, PortalCodec } from '#domain/ports/payment-portal.ts'
import type { PortalReference, TransactionStanding } from '#domain/portal.ts'

/** `before`: the message never arrives. `after`: it takes effect and its answer is lost. */
export interface PortalFault {
  readonly on: 'openTransaction' | 'findTransaction'
  readonly code: UpstreamErrorCode
  readonly fate: Fate
  readonly when: 'before' | 'after'
}

interface Transaction {
  readonly body: string
  readonly amount: bigint
  readonly standing: 'paid' | 'pending' | 'failed'
  readonly paidAmount?: bigint
}

export interface FakePortal {
  readonly port: Pick<PaymentPortal, 'openTransaction' | 'findTransaction'>
  readonly codec: PortalCodec
  readonly transactions: Map<string, Transaction>
  /** Every INIT that arrived, in order, byte for byte. */
  readonly inits: { readonly reference: string; readonly body: string }[]
  readonly calls: { openTransaction: number; findTransaction: number }
  /** Used up in order, one per call of their operation. */
  readonly faults: PortalFault[]
  /** Stands until removed. */
  standing: PortalFault | undefined
  pay(reference: string, paidAmount?: bigint): void
  fail(reference: string): void
  notificationOf(reference: string, differing?: Record<string, unknown>): Uint8Array
}

const notSent: Omit<PortalFault, 'on'> = { code: 'upstream_unavailable', fate: 'not_sent', when: 'before' }
const lost: Omit<PortalFault, 'on'> = { code: 'upstream_timeout', fate: 'unknown', when: 'after' }
const dropped: Omit<PortalFault, 'on'> = { code: 'upstream_timeout', fate: 'unknown', when: 'before' }
export const faults = {
  initNotSent: { ...notSent, on: 'openTransaction' },
  initLost: { ...lost, on: 'openTransaction' },
  initDropped: { ...dropped, on: 'openTransaction' },
  initRefused: { code: 'upstream_rejected_request', fate: 'answered', when: 'before', on: 'openTransaction' },
  initFailed: { code: 'upstream_failed', fate: 'answered', when: 'before', on: 'openTransaction' },
  queryFails: { ...notSent, on: 'findTransaction' },
} as const satisfies Record<string, PortalFault>

export function fakePortal(): FakePortal {
  const transactions = new Map<string, Transaction>()
  const nextFault = (on: PortalFault['on']): PortalFault | undefined => {
    const index = portal.faults.findIndex((fault) => fault.on === on)
    if (index >= 0) return portal.faults.splice(index, 1)[0]
    return portal.standing?.on === on ? portal.standing : undefined
  }
  const around = async <T>(on: PortalFault['on'], effect: () => T): Promise<T> => {
    portal.calls[on] += 1
    const fault = nextFault(on)
    if (fault === undefined) return effect()
    if (fault.when === 'after') effect()
    throw new UpstreamError(fault.code, 'told to fail', { upstream: 'payment_portal', operation: on, fate: fault.fate })
  }
  const portal: FakePortal = {
    transactions,
    inits: [],
    calls: { openTransaction: 0, findTransaction: 0 },
    faults: [],
    standing: undefined,
    codec,
    pay: (reference, paidAmount) =>
      change(transactions, reference, {
        standing: 'paid',
        paidAmount: paidAmount ?? transactions.get(reference)?.amount ?? 0n,
      }),
    fail: (reference) => change(transactions, reference, { standing: 'failed' }),
    notificationOf: (reference, differing = {}) =>
      new TextEncoder().encode(
        JSON.stringify({ valid: true, reference, transactionId: `T${reference}`, amount: '50000', ...differing }),
      ),
    port: {
      openTransaction: ({ reference, body }) =>
        around('openTransaction', () => {
          portal.inits.push({ reference, body })
          if (!transactions.has(reference)) {
            transactions.set(reference, {
              body,
              amount: BigInt((JSON.parse(body) as { amount: string }).amount),
              standing: 'pending',
            })
          }
          return { reference, payUrl: `https://portal.example/pay/${reference}`, vietQr: `QR${reference}` }
        }),
      findTransaction: ({ reference }) => around('findTransaction', () => standingOf(transactions, reference)),
    },
  }
  return portal
}

function change(transactions: Map<string, Transaction>, reference: string, to: Partial<Transaction>): void {
  const found = transactions.get(reference)
  if (found === undefined) throw new Error('the portal does not know this reference')
  transactions.set(reference, { ...found, ...to })
}

function standingOf(transactions: Map<string, Transaction>, reference: PortalReference): TransactionStanding {
  const found = transactions.get(reference)
  if (found === undefined) return { kind: 'not_found', answerSha256: 'sha-of-not-found' }
  return {
    kind: 'known',
    standing: found.standing,
    amount: { dong: found.standing === 'paid' ? (found.paidAmount ?? found.amount) : found.amount },
    currency: 'VND',
    portalTransactionId: `T${reference}`,
    answerSha256: `sha-of-${found.standing}`,
  }
}

const codec: PortalCodec = {
  prepareTransaction: (order) => ({
    reference: order.reference,
    body: JSON.stringify({
      reference: order.reference,
      issuedAtMs: order.issuedAtMs,
      amount: String(order.amount.dong),
      payer: order.payer.fullName,
    }),
  }),
  readNotification: (raw) => {
    const message = JSON.parse(new TextDecoder().decode(raw)) as Record<string, string | boolean>
    if (message['valid'] !== true) return { kind: 'invalid' }
    return {
      kind: 'valid',
      notification: {
        reference: String(message['reference']),
        portalTransactionId: String(message['transactionId']),
        resultCode: '00',
        amount: { dong: BigInt(String(message['amount'])) },
        currency: 'VND',
      },
    }
  },
  acknowledge: (_raw, verdict) => `ack:${verdict}`,
}
