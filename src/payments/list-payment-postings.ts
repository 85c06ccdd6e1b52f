/** The journal of a payment, oldest first, and what stands in each account by it. */
import { GatewayError } from '#domain/errors.ts'
import { journalAccounts, type JournalAccount, type PostedFact, type PostingKind } from '#domain/journal.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { PaymentsDeps } from './deps.ts'

export type ListPaymentPostings = (id: string, request: RequestContext) => Promise<PaymentJournalView>

export interface PaymentJournalView {
  readonly data: readonly PostingView[]
  readonly hasMore: false
  /** Of every account, in one order; they sum to zero. */
  readonly balances: readonly EntryView[]
}

export interface PostingView {
  readonly kind: PostingKind
  readonly attempt: string
  readonly cites: string
  readonly postedAt: string
  readonly entries: readonly EntryView[]
}

interface EntryView {
  readonly account: JournalAccount
  /** Whole đồng, signed. */
  readonly amount: number
}

/** Throws `payment_not_found`, also for another tenant's. */
export function createListPaymentPostings({ payments }: Pick<PaymentsDeps, 'payments'>): ListPaymentPostings {
  return async (id, { principal: { tenant } }) => {
    const payment = await payments.find(tenant, id)
    if (payment === undefined) throw new GatewayError('payment_not_found', 'no such payment in the tenant')
    return presentJournal(await payments.postings(tenant, id))
  }
}

function presentJournal(facts: readonly PostedFact[]): PaymentJournalView {
  const entries = facts.flatMap((fact) => fact.entries)
  const balanceOf = (account: JournalAccount) =>
    entries.filter((entry) => entry.account === account).reduce((sum, { dong }) => sum + dong, 0n)
  return {
    data: facts.map(presentFact),
    hasMore: false,
    balances: journalAccounts.map((account) => ({ account, amount: Number(balanceOf(account)) })),
  }
}

const presentFact = ({ kind, attemptId, cites, entries, postedAtMs }: PostedFact): PostingView => ({
  kind,
  attempt: attemptId,
  cites,
  postedAt: new Date(postedAtMs).toISOString(),
  entries: entries.map(({ account, dong }) => ({ account, amount: Number(dong) })),
})
