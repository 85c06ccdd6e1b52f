/**
 * What really happened: every transaction under its reference, and the rules by which it moves. No network and no
 * clock of its own; the caller says when. Rules: contracts/payment-portal/openapi.yaml, info.description.
 */
import type { Effect, Note } from './effects.ts'
import { applyOutcome, openedAt, type Outcome, type Paid, type Standing } from '../paying/standing.ts'
import type { Message } from './signing.ts'

export interface Transaction extends Paid {
  readonly currency: string
  /** `ThoiGianGD` of INIT as it was sent. */
  readonly issuedAt: string
  readonly description: string
  readonly receipt: Message
  /** SHA-256 of INIT as received: a known reference must come with the same bytes. */
  readonly contentDigest: string
  readonly vietQr: string
  readonly refunds: Map<string, Refund>
}

export interface Refund {
  readonly refundReference: string
  readonly amount: number
  /** `ThoiGianGD` of REFUND as it was sent. */
  readonly issuedAt: string
  readonly reason: string
  readonly contentDigest: string
  readonly transactionId: string
  standing: 'SUCCESS' | 'PENDING' | 'FAILED'
  readonly refusal: 'NOT_PAID' | 'EXCEEDS_PAID' | undefined
  readonly atMs: number
}

export type NewTransaction = Omit<
  Transaction,
  'standing' | 'bank' | 'settledAtMs' | 'history' | 'notifications' | 'refunds' | 'validUntilMs'
>

export interface Ledger {
  open(order: NewTransaction): Transaction
  find(reference: string): Transaction | undefined
  findByPayToken(token: string): Transaction | undefined
  /** Refund references are unique per partner, so one belongs to at most one transaction. */
  findRefund(refundReference: string): { readonly transaction: Transaction; readonly refund: Refund } | undefined
  /** What the payer or the bank did: `applyOutcome`, noted. */
  settle(transaction: Transaction, outcome: Outcome, nowMs: number, bank?: string): ReturnType<typeof applyOutcome>
  addRefund(transaction: Transaction, refund: Refund): void
  completeRefund(transaction: Transaction, refund: Refund): void
  all(): IterableIterator<Transaction>
  clear(): void
}

/** `note` hears of every change before it is told to anybody. */
export function createLedger(note: Note = () => {}): Ledger {
  const byReference = new Map<string, Transaction>()
  const byPayToken = new Map<string, Transaction>()
  const refundOwners = new Map<string, Transaction>()
  const noteRefund = ({ reference }: Transaction, refund: Refund) => note({ effect: 'refund', reference, ...refund })
  return {
    open(order) {
      const transaction: Transaction = {
        ...order,
        ...openedAt(order.openedAtMs),
        refunds: new Map(),
      }
      note({ effect: 'opened', ...order })
      byReference.set(order.reference, transaction)
      byPayToken.set(order.payToken, transaction)
      return transaction
    },
    find: (reference) => byReference.get(reference),
    findByPayToken: (token) => byPayToken.get(token),
    findRefund(refundReference) {
      const transaction = refundOwners.get(refundReference)
      const refund = transaction?.refunds.get(refundReference)
      return transaction && refund && { transaction, refund }
    },
    settle(transaction, outcome, nowMs, bank) {
      const result = applyOutcome(transaction, outcome, nowMs, bank)
      const { reference, amount, transactionId, standing } = transaction
      if ((result === 'settled' || result === 'pending') && standing !== 'open') {
        note({ effect: standing, reference, amount, transactionId, bank: transaction.bank, atMs: nowMs })
      }
      return result
    },
    addRefund(transaction, refund) {
      noteRefund(transaction, refund)
      transaction.refunds.set(refund.refundReference, refund)
      refundOwners.set(refund.refundReference, transaction)
    },
    completeRefund(transaction, refund) {
      refund.standing = 'SUCCESS'
      noteRefund(transaction, refund)
    },
    all: () => byReference.values(),
    clear() {
      byReference.clear()
      byPayToken.clear()
      refundOwners.clear()
    },
  }
}

/** The ledger as it was, from what it noted; gives back the transactions whose settling nobody has acknowledged. */
export function restoreLedger(ledger: Ledger, past: readonly Effect[]): Transaction[] {
  const unheard = new Map<string, Transaction>()
  const known = (reference: string): Transaction => {
    const transaction = ledger.find(reference)
    if (!transaction) throw new Error(`the effects speak of ${reference}, which was never opened`)
    return transaction
  }
  for (const effect of past) {
    switch (effect.effect) {
      case 'opened': {
        const { effect: _, ...order } = effect
        ledger.open(order)
        break
      }
      case 'paid':
      case 'failed':
      case 'bank_pending': {
        const outcome = effect.effect === 'bank_pending' ? 'pending' : effect.effect
        const transaction = known(effect.reference)
        if (ledger.settle(transaction, outcome, effect.atMs, effect.bank) === 'settled') {
          unheard.set(effect.reference, transaction)
        }
        break
      }
      case 'refund': {
        const { effect: _, reference, ...refund } = effect
        ledger.addRefund(known(reference), refund)
        break
      }
      case 'acknowledged':
        if ((effect.resultCode === '00') === (known(effect.reference).standing === 'paid')) {
          unheard.delete(effect.reference)
        }
        break
      default:
    }
  }
  return [...unheard.values()]
}

/** `TrangThaiGD`. */
export const statusCode = (standing: Standing): '1' | '3' | '4' =>
  standing === 'paid' ? '1' : standing === 'failed' ? '4' : '3'

/** Refunds that took or will take money back. */
export function refundedAmount(transaction: Transaction): number {
  let total = 0
  for (const { standing, amount } of transaction.refunds.values()) if (standing !== 'FAILED') total += amount
  return total
}
