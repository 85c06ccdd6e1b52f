/** How a payment at a portal stands, and how a payer, a bank and time move it. Both portals' rules are the same here. */

export const validityMs = 24 * 3_600_000

/**
 * open: nobody paid yet. bank_pending: the bank has taken it and does not say more; never expires.
 * An open one past its validity is failed the moment anybody looks.
 */
export type Standing = 'open' | 'bank_pending' | 'paid' | 'failed'
export type Outcome = 'paid' | 'failed' | 'pending'

/** What both portals' ledgers keep of a payment. */
export interface Paid {
  readonly reference: string
  readonly amount: number
  readonly transactionId: string
  /** The unguessable last part of the pay page's address. */
  readonly payToken: string
  readonly payUrl: string
  readonly openedAtMs: number
  readonly validUntilMs: number
  standing: Standing
  bank: string
  settledAtMs: number | undefined
  readonly history: { readonly atMs: number; readonly event: string }[]
  readonly notifications: NotificationTry[]
}

export interface NotificationTry {
  readonly atMs: number
  readonly resultCode: string
  readonly amount: number
  /** What came of it: acknowledged, or why not. */
  result: string
}

type Opened = 'validUntilMs' | 'standing' | 'bank' | 'settledAtMs' | 'history' | 'notifications'

export const openedAt = (openedAtMs: number): Pick<Paid, Opened> => ({
  validUntilMs: openedAtMs + validityMs,
  standing: 'open',
  bank: 'PAYMENT',
  settledAtMs: undefined,
  history: [{ atMs: openedAtMs, event: 'opened' }],
  notifications: [],
})

/** The standing as of now: an unpaid transaction dies of age by itself. */
export function standingAt(payment: Paid, nowMs: number): Standing {
  if (payment.standing === 'open' && nowMs >= payment.validUntilMs) {
    payment.standing = 'failed'
    payment.settledAtMs = payment.validUntilMs
    payment.history.push({ atMs: payment.validUntilMs, event: 'expired' })
  }
  return payment.standing
}

/**
 * What the payer or the bank did. `settled`: paid or failed from now on, to be notified. `unchanged`: it was so
 * already. `impossible`: money that came does not un-come; that would be a refund.
 * A success after a failure is real life: banks report late.
 */
export function applyOutcome(
  payment: Paid,
  outcome: Outcome,
  nowMs: number,
  bank?: string,
): 'settled' | 'pending' | 'unchanged' | 'impossible' {
  const standing = standingAt(payment, nowMs)
  const wanted: Standing = outcome === 'pending' ? 'bank_pending' : outcome
  if (standing === wanted) return 'unchanged'
  if (standing === 'paid') return 'impossible'
  payment.standing = wanted
  payment.settledAtMs = wanted === 'bank_pending' ? undefined : nowMs
  if (bank !== undefined) payment.bank = bank
  else if (payment.bank === 'PAYMENT') payment.bank = 'SAOBIEN'
  payment.history.push({ atMs: nowMs, event: wanted })
  return wanted === 'bank_pending' ? 'pending' : 'settled'
}
