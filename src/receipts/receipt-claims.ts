/** What a receipt states of a payment: from the payment alone, so that anybody may see how it comes about. */
import { createHash } from 'node:crypto'
import { toJsonAmount } from '#domain/money.ts'
import type { Payment } from '#domain/payment.ts'
import type { ReceiptClaims, ReceiptLine, ReceiptStatus } from '#domain/receipt.ts'

export interface Issue {
  readonly id: string
  /** `PUBLIC_URL`. */
  readonly issuer: string
  readonly paidAtMs: number
  readonly issuedAtMs: number
  readonly livemode: boolean
}

export const statusOf = ({ amount, refunded }: Pick<Payment, 'amount' | 'refunded'>): ReceiptStatus =>
  refunded.dong < amount.dong ? 'active' : 'inactive'

export function receiptClaims(payment: Payment, { id, issuer, paidAtMs, issuedAtMs, livemode }: Issue): ReceiptClaims {
  const { attempt } = payment
  return {
    iss: issuer,
    iat: seconds(issuedAtMs),
    jti: id,
    sub: payment.id,
    status: statusOf(payment),
    reference: payment.reference,
    dossier: payment.dossierCode,
    unit: payment.collectingUnit,
    total: toJsonAmount(payment.amount),
    refunded: toJsonAmount(payment.refunded),
    ...statedLines(payment),
    paid_at: seconds(paidAtMs),
    portal_reference: attempt.portalReference,
    ...(attempt.portalTransactionId === undefined ? {} : { portal_transaction: attempt.portalTransactionId }),
    livemode,
  }
}

const seconds = (atMs: number): number => Math.floor(atMs / 1_000)

/** About twenty lines. With more, a code of 45 mm would have modules that a telephone no longer tells apart. */
const maxLinesLength = 450

function statedLines({ lines }: Payment): Pick<ReceiptClaims, 'lines' | 'lines_sha256' | 'line_count'> {
  const stated = lines.map(({ code, kind, amount }): ReceiptLine => [code, kind, toJsonAmount(amount)])
  const text = JSON.stringify(stated)
  if (Buffer.byteLength(text) <= maxLinesLength) return { lines: stated }
  return { lines_sha256: createHash('sha256').update(text).digest('base64url'), line_count: lines.length }
}
