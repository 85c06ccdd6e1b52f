/** A receipt as clients see it. It names the payer: it is shown to who asks, and never sent by URL. */
import { toJsonAmount } from '#domain/money.ts'
import type { Payment } from '#domain/payment.ts'
import type { CollectingUnit, LineKind } from '#domain/portal.ts'
import type { IssuedReceipt, ReceiptStatus } from '#domain/receipt.ts'
import { amountInWords } from './amount-in-words.ts'
import { statusOf } from './receipt-claims.ts'

export interface ReceiptView {
  readonly id: string
  /** `pay_…` */
  readonly payment: string
  readonly status: ReceiptStatus
  readonly reference: string
  readonly dossierCode: string
  readonly procedureCode: string
  readonly procedureName: string
  readonly payer: { readonly fullName: string }
  readonly collectingUnit: { readonly code: string; readonly agencyCode?: string; readonly name?: string }
  readonly lines: readonly ReceiptLineView[]
  /** Whole đồng. */
  readonly amount: number
  readonly currency: 'VND'
  readonly amountInWords: string
  readonly refunded: number
  /** Asked for, and not known to be given back or refused. */
  readonly refundPending: number
  /** What stays paid. */
  readonly remaining: number
  readonly portalReference: string
  readonly portalTransactionId?: string
  /** RFC 3339, UTC. */
  readonly paidAt: string
  readonly issuedAt: string
  /** Compact JWS, `typ: receipt+jwt`. */
  readonly statement: string
  /** Where anybody checks it. */
  readonly verifyUrl: string
  readonly livemode: boolean
}

export interface ReceiptLineView {
  readonly code: string
  readonly name: string
  readonly kind: LineKind
  readonly amount: number
  readonly instalment: number
}

export interface ReceiptSetting {
  /** As configured today; absent where it is configured no more. */
  readonly unit: CollectingUnit | undefined
  readonly publicUrl: string
  readonly livemode: boolean
}

export function presentReceipt(
  payment: Payment,
  { id, statement, paidAtMs, issuedAtMs }: IssuedReceipt,
  { unit, publicUrl, livemode }: ReceiptSetting,
): ReceiptView {
  const { attempt, amount, refunded } = payment
  return {
    id,
    payment: payment.id,
    status: statusOf(payment),
    reference: payment.reference,
    dossierCode: payment.dossierCode,
    procedureCode: payment.procedureCode,
    procedureName: payment.procedureName,
    payer: { fullName: payment.payer.fullName },
    collectingUnit: {
      code: payment.collectingUnit,
      ...(unit === undefined ? {} : { agencyCode: unit.agencyCode, name: unit.name }),
    },
    lines: payment.lines.map(({ code, name, kind, amount, instalment }) => ({
      code,
      name,
      kind,
      amount: toJsonAmount(amount),
      instalment,
    })),
    amount: toJsonAmount(amount),
    currency: 'VND',
    amountInWords: amountInWords(amount),
    refunded: toJsonAmount(refunded),
    refundPending: toJsonAmount(payment.refundReserved),
    remaining: toJsonAmount({ dong: amount.dong - refunded.dong }),
    portalReference: attempt.portalReference,
    ...(attempt.portalTransactionId === undefined ? {} : { portalTransactionId: attempt.portalTransactionId }),
    paidAt: instant(paidAtMs),
    issuedAt: instant(issuedAtMs),
    statement,
    verifyUrl: `${publicUrl}/verify#${statement}`,
    livemode,
  }
}

const instant = (atMs: number): string => new Date(atMs).toISOString()
