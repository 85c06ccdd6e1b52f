/**
 * The payment platform as a model: what it has in its journal is the truth about money. It never lies, but its messages may be
 * late, lost or doubled, and people may forge some in its name.
 */
import { createHash } from 'node:crypto'
import { UpstreamError } from '#domain/errors.ts'
import type { CitedRow } from '#domain/settlement.ts'
import type { PortalCodec } from '#domain/ports/payment-portal.ts'
import type {
  Bill,
  OpenedTransaction,
  PreparedRefund,
  PreparedTransaction,
  RefundStanding,
  TransactionStanding,
} from '#domain/portal.ts'
import type { Trouble } from './steps.ts'

export interface PortalTransaction {
  readonly reference: string
  readonly transactionId: string
  readonly body: string
  readonly amount: bigint
  /** Agency, dossier and line of what it collects. */
  readonly obligations: readonly string[]
  /** The account it was opened through. */
  readonly connection: string
  readonly openedAtMs: number
  standing: 'pending' | 'paid' | 'failed'
  paidAmount: bigint
  /** When the money of a paid one went back. */
  takenBackAtMs?: number
  /** Whether a payer tried, so that a settlement file names it. */
  isInFile: boolean
}

export interface PortalRefund {
  readonly refundReference: string
  /** Of the transaction. */
  readonly reference: string
  readonly body: string
  readonly amount: bigint
  standing: 'accepted' | 'completed' | 'refused'
}

export type JournalKind =
  | 'opened'
  | 'opened_again'
  | 'other_bytes'
  | 'paid'
  | 'failed'
  | 'revived'
  | 'taken_back'
  | 'refunded'

export interface JournalEntry {
  readonly kind: JournalKind
  readonly reference: string
  readonly atMs: number
}

/** What a QUERY was answered, a notification said or a settlement file holds: the only things a correction may cite. */
export interface GivenAnswer {
  readonly reference: string
  readonly standing: 'paid' | 'pending' | 'failed' | 'not_found' | 'announced' | PortalRefund['standing']
  readonly amount: bigint
  readonly atMs: number
}

export interface PortalModel {
  readonly codec: PortalCodec
  readonly journal: readonly JournalEntry[]
  readonly answers: ReadonlyMap<string, GivenAnswer>
  transactions(): readonly PortalTransaction[]
  refunds(): readonly PortalRefund[]
  open(prepared: PreparedTransaction): OpenedTransaction
  query(reference: string): TransactionStanding
  /** Gives back whatever it is asked to: what may be asked for is our matter. */
  refund(prepared: PreparedRefund): RefundStanding
  queryRefund(refundReference: string): RefundStanding
  /** Printed only when the printing is on; a refund ends it. */
  bill(reference: string): Bill
  /** Whether bills are ready. */
  print(isReady: boolean): void
  /** The bank is done with what was accepted. */
  endRefund(refundReference: string, standing: 'completed' | 'refused'): void
  pay(reference: string, amount?: bigint): void
  fail(reference: string): void
  /** Says paid of what it had called failed. */
  revive(reference: string): void
  /** Says failed of what it had called paid: the bank took the money back. */
  takeBack(reference: string): void
  notification(reference: string, differing?: Partial<Notification>): Uint8Array
  /** The row of a settlement file, if it has one. */
  settlementRow(reference: string): CitedRow | undefined
}

export interface Notification {
  readonly reference: string
  readonly transactionId: string
  readonly amount: string
  readonly claims: 'paid' | 'failed'
  readonly note: string
  readonly checksum: string
}

/** The platform's own validity of an unpaid transaction. */
const validityMs = 24 * 60 * 60_000

export function portalModel(nowMs: () => number): PortalModel {
  const known = new Map<string, PortalTransaction>()
  const refunds = new Map<string, PortalRefund>()
  const journal: JournalEntry[] = []
  let isPrinting = true
  const answers = new Map<string, GivenAnswer>()
  const write = (kind: JournalKind, reference: string) => void journal.push({ kind, reference, atMs: nowMs() })
  const found = (reference: string) => {
    const transaction = known.get(reference)
    if (transaction?.standing === 'pending' && nowMs() >= transaction.openedAtMs + validityMs) close(transaction)
    return transaction
  }
  const close = (transaction: PortalTransaction) => {
    transaction.standing = 'failed'
    write('failed', transaction.reference)
  }
  const answer = (given: GivenAnswer): string => {
    const answerSha256 = `answer-${answers.size + 1}`
    answers.set(answerSha256, given)
    return answerSha256
  }
  const settle = (reference: string, amount: bigint | undefined, kind: JournalKind) => {
    const transaction = found(reference)
    if (transaction === undefined) return
    transaction.standing = 'paid'
    transaction.isInFile = true
    transaction.paidAmount = amount ?? transaction.amount
    write(kind, reference)
  }

  const standingOfRefund = (refundReference: string): RefundStanding => {
    const found = refunds.get(refundReference)
    const { amount, standing } = found ?? { amount: 0n, standing: 'not_found' as const }
    const answerSha256 = answer({ reference: refundReference, standing, amount, atMs: nowMs() })
    if (standing === 'not_found') return { kind: 'not_found', answerSha256 }
    return { kind: 'known', standing, amount: { dong: amount }, currency: 'VND', answerSha256 }
  }

  return {
    codec,
    journal,
    answers,
    transactions: () => [...known.values()],
    refunds: () => [...refunds.values()],
    refund: ({ reference, refundReference, body }) => {
      const before = refunds.get(refundReference)
      if (before === undefined) {
        const { amount } = JSON.parse(body) as { amount: string }
        refunds.set(refundReference, { refundReference, reference, body, amount: BigInt(amount), standing: 'accepted' })
        write('refunded', reference)
      } else if (before.body !== body) write('other_bytes', refundReference)
      return standingOfRefund(refundReference)
    },
    queryRefund: standingOfRefund,
    bill: (reference) => {
      if (found(reference)?.standing !== 'paid') return { kind: 'not_paid' }
      const isRefunded = [...refunds.values()].some(
        (one) => one.reference === reference && one.standing === 'completed',
      )
      if (isRefunded) return { kind: 'ended' }
      return isPrinting ? { kind: 'issued', pdf: billOf(reference) } : { kind: 'not_ready' }
    },
    print: (isReady) => {
      isPrinting = isReady
    },
    endRefund: (refundReference, standing) => {
      const found = refunds.get(refundReference)
      if (found?.standing === 'accepted') found.standing = standing
    },
    open: ({ reference, body }) => {
      for (const one of known.keys()) found(one)
      const before = known.get(reference)
      if (before === undefined) known.set(reference, opened(reference, body, known.size + 1, nowMs()))
      write(before === undefined ? 'opened' : before.body === body ? 'opened_again' : 'other_bytes', reference)
      return {
        reference,
        payUrl: `https://portal.example/pay/${reference}`,
      }
    },
    query: (reference) => {
      const transaction = found(reference)
      if (transaction === undefined) {
        return {
          kind: 'not_found',
          answerSha256: answer({ reference, standing: 'not_found', amount: 0n, atMs: nowMs() }),
        }
      }
      const { standing, transactionId } = transaction
      const amount = standing === 'paid' ? transaction.paidAmount : transaction.amount
      return {
        kind: 'known',
        standing,
        amount: { dong: amount },
        currency: 'VND',
        portalTransactionId: transactionId,
        answerSha256: answer({ reference, standing, amount, atMs: nowMs() }),
      }
    },
    pay: (reference, amount) => {
      if (found(reference)?.standing === 'pending') settle(reference, amount, 'paid')
    },
    fail: (reference) => {
      const transaction = found(reference)
      if (transaction?.standing !== 'pending') return
      transaction.isInFile = true
      close(transaction)
    },
    revive: (reference) => {
      if (found(reference)?.standing === 'failed') settle(reference, undefined, 'revived')
    },
    takeBack: (reference) => {
      const transaction = found(reference)
      if (transaction?.standing !== 'paid') return
      transaction.standing = 'failed'
      transaction.takenBackAtMs = nowMs()
      write('taken_back', reference)
    },
    notification: (reference, differing = {}) => {
      const transaction = known.get(reference)
      const message = {
        reference,
        transactionId: transaction?.transactionId ?? 'T0',
        amount: String(transaction?.paidAmount ?? 0n),
        claims: 'paid' as const,
        note: '',
        ...differing,
      }
      const raw = new TextEncoder().encode(JSON.stringify({ checksum: checksumOf(message), ...message }))
      const { reference: about, amount } = message
      const digest = createHash('sha256').update(raw).digest('base64url')
      answers.set(digest, { reference: about, standing: 'announced', amount: BigInt(amount), atMs: nowMs() })
      return raw
    },
    settlementRow: (reference) => {
      const transaction = known.get(reference)
      if (transaction?.isInFile !== true || transaction.standing === 'pending') return undefined
      const { standing, transactionId } = transaction
      const amount = standing === 'paid' ? transaction.paidAmount : transaction.amount
      const sha256 = answer({ reference, standing, amount, atMs: nowMs() })
      return {
        settled: {
          kind: 'payment',
          transactionId,
          reference,
          amount: { dong: amount },
          standing,
          settledAtMs: nowMs(),
        },
        line: 2,
        file: { id: `stf_${sha256}`, sha256 },
      }
    },
  }
}

/** The bill of a transaction, byte for byte. */
export const billOf = (reference: string): Uint8Array => new TextEncoder().encode(`%PDF- bill of ${reference}`)

interface Body {
  readonly amount: string
  readonly connection: string
  readonly obligations: readonly string[]
}

function opened(reference: string, body: string, number: number, openedAtMs: number): PortalTransaction {
  const { amount, connection, obligations } = JSON.parse(body) as Body
  return {
    reference,
    transactionId: `T${number}`,
    body,
    amount: BigInt(amount),
    obligations,
    connection,
    openedAtMs,
    standing: 'pending',
    paidAmount: 0n,
    isInFile: false,
  }
}

const checksumOf = ({ reference, transactionId, amount, claims, note }: Omit<Notification, 'checksum'>): string =>
  createHash('sha256').update(`secret|${reference}|${transactionId}|${amount}|${claims}|${note}`).digest('hex')

const codec: PortalCodec = {
  prepareTransaction: ({ reference, issuedAtMs, amount, dossierCode, lines, unit }) => ({
    reference,
    body: JSON.stringify({
      reference,
      issuedAtMs,
      amount: String(amount.dong),
      connection: unit.portal,
      obligations: lines.map(({ code }) => `${unit.agencyCode}|${dossierCode}|${code}`),
    } satisfies Body & { reference: string; issuedAtMs: number }),
  }),
  prepareRefund: ({ reference, refundReference, amount, issuedAtMs }) => ({
    reference,
    refundReference,
    body: JSON.stringify({ reference, refundReference, amount: String(amount.dong), issuedAtMs }),
  }),
  readNotification: (raw) => {
    const message = JSON.parse(new TextDecoder().decode(raw)) as Notification
    if (message.checksum !== checksumOf(message)) return { kind: 'invalid' }
    const { reference, transactionId, amount, claims } = message
    return {
      kind: 'valid',
      notification: {
        reference,
        portalTransactionId: transactionId,
        claims,
        amount: { dong: BigInt(amount) },
        currency: 'VND',
      },
    }
  },
  acknowledge: (_raw, verdict) => verdict,
}

/** What the adapter would say of a call to this portal that got no usable answer. */
export function portalTrouble(operation: string, kind: Trouble): UpstreamError {
  const told = { upstream: 'payment_portal', operation } as const
  switch (kind) {
    case 'unreachable':
      return new UpstreamError('upstream_unavailable', 'told to refuse the connection', { ...told, fate: 'not_sent' })
    case 'busy':
      return new UpstreamError('upstream_failed', 'told to say MaLoi 99', { ...told, fate: 'answered' })
    case 'refused':
      return new UpstreamError('upstream_rejected_request', 'told to say MaLoi 02', { ...told, fate: 'answered' })
    default:
      return new UpstreamError('upstream_timeout', 'told to be silent', { ...told, fate: 'unknown' })
  }
}
