/**
 * The payment platform in memory: it knows what was really opened and paid, and fails as it is told to. Its codec is
 * plain JSON; a notification is valid when it says so.
 */
import { UpstreamError, type Fate, type UpstreamErrorCode } from '#domain/errors.ts'
import type { PaymentPortal, PortalCodec } from '#domain/ports/payment-portal.ts'
import type { Bill, BillRequest, PortalReference, RefundStanding, TransactionStanding } from '#domain/portal.ts'

/** `before`: the message never arrives. `after`: it takes effect and its answer is lost. */
export interface PortalFault {
  readonly on: 'openTransaction' | 'findTransaction' | 'refundTransaction' | 'findRefund' | 'fetchBill'
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

interface PortalRefund {
  readonly body: string
  readonly reference: string
  readonly amount: bigint
  readonly standing: 'completed' | 'accepted' | 'refused'
}

export interface FakePortal {
  readonly port: Pick<Required<PaymentPortal>, PortalFault['on']>
  readonly codec: PortalCodec
  readonly transactions: Map<string, Transaction>
  /** By refund reference. */
  readonly refunds: Map<string, PortalRefund>
  /** What becomes of the next refunds. */
  refundStanding: PortalRefund['standing']
  /** What it says of the bill of anything that is paid. */
  bill: Bill['kind']
  /** Every bill that was asked for, in order. */
  readonly billRequests: BillRequest[]
  /** What the portal now says of this refund. */
  settleRefund(refundReference: string, standing: PortalRefund['standing']): void
  /** Every REFUND that arrived, byte for byte. */
  readonly refundMessages: { readonly refundReference: string; readonly body: string }[]
  /** Every INIT that arrived, in order, byte for byte. */
  readonly inits: { readonly reference: string; readonly body: string }[]
  readonly calls: Record<PortalFault['on'], number>
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
  refundNotSent: { ...notSent, on: 'refundTransaction' },
  refundLost: { ...lost, on: 'refundTransaction' },
  refundDropped: { ...dropped, on: 'refundTransaction' },
  refundRefused: { code: 'upstream_rejected_request', fate: 'answered', when: 'before', on: 'refundTransaction' },
  refundFailed: { code: 'upstream_failed', fate: 'answered', when: 'before', on: 'refundTransaction' },
  refundQueryFails: { ...notSent, on: 'findRefund' },
  queryFails: { ...notSent, on: 'findTransaction' },
  billFails: { ...dropped, on: 'fetchBill' },
} as const satisfies Record<string, PortalFault>

export function fakePortal(): FakePortal {
  const transactions = new Map<string, Transaction>()
  const refunds = new Map<string, PortalRefund>()
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
    calls: { openTransaction: 0, findTransaction: 0, refundTransaction: 0, findRefund: 0, fetchBill: 0 },
    refunds,
    refundMessages: [],
    refundStanding: 'completed',
    bill: 'issued',
    billRequests: [],
    settleRefund: (refundReference, standing) => {
      const found = refunds.get(refundReference)
      if (found === undefined) throw new Error('the portal does not know this refund')
      refunds.set(refundReference, { ...found, standing })
    },
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
      refundTransaction: ({ reference, refundReference, body }) =>
        around('refundTransaction', () => {
          portal.refundMessages.push({ refundReference, body })
          const known = refunds.get(refundReference)
          if (known !== undefined && known.body !== body) throw new Error('one refund reference for two messages')
          const amount = BigInt((JSON.parse(body) as { amount: string }).amount)
          const before = [...refunds.values()].filter(
            (one) => one.reference === reference && one.standing !== 'refused',
          )
          const total = before.reduce((sum, one) => sum + one.amount, amount)
          const standing = total > (transactions.get(reference)?.amount ?? 0n) ? 'refused' : portal.refundStanding
          if (known === undefined) refunds.set(refundReference, { body, reference, amount, standing })
          return refundStandingOf(refunds, refundReference)
        }),
      findRefund: ({ refundReference }) => around('findRefund', () => refundStandingOf(refunds, refundReference)),
      fetchBill: (wanted) =>
        around('fetchBill', () => {
          portal.billRequests.push(wanted)
          if (transactions.get(wanted.reference)?.standing !== 'paid') return { kind: 'not_paid' }
          return portal.bill === 'issued' ? { kind: 'issued', pdf: billOf(wanted.reference) } : { kind: portal.bill }
        }),
      findTransaction: ({ reference }) => around('findTransaction', () => standingOf(transactions, reference)),
    },
  }
  return portal
}

/** What the portal prints for a reference. */
export const billOf = (reference: string): Uint8Array => new TextEncoder().encode(`%PDF-1.7 bill of ${reference}`)

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

function refundStandingOf(refunds: Map<string, PortalRefund>, refundReference: string): RefundStanding {
  const found = refunds.get(refundReference)
  if (found === undefined) return { kind: 'not_found', answerSha256: 'sha-of-no-refund' }
  const { standing, amount } = found
  return {
    kind: 'known',
    standing,
    amount: { dong: amount },
    currency: 'VND',
    ...(standing === 'refused' ? { refusal: 'EXCEEDS_PAID' } : { portalRefundId: `H${refundReference}` }),
    answerSha256: `sha-of-${standing}`,
  }
}

const codec: PortalCodec = {
  prepareRefund: ({ reference, refundReference, amount, reason, issuedAtMs }) => ({
    reference,
    refundReference,
    body: JSON.stringify({ reference, refundReference, amount: String(amount.dong), reason, issuedAtMs }),
  }),
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
        claims: message['claims'] === 'failed' ? 'failed' : 'paid',
        amount: { dong: BigInt(String(message['amount'])) },
        currency: 'VND',
      },
    }
  },
  acknowledge: (_raw, verdict) => `ack:${verdict}`,
}
