/**
 * What a row of the portal's file means beside what stands here: pure, so that every rule can be read and tried in one
 * place. Rows are judged by reference, all of one reference at once, so that neither their order in the file nor a row
 * repeated ten times changes what is said of them.
 */
import type { CaseKind } from '#domain/case.ts'
import type { Posting, PostingKind } from '#domain/journal.ts'
import type { AttemptHere, ReadableRow } from '#domain/ports/reconciliation-stores.ts'
import type { SettlementConfirmation } from '#domain/ports/confirm-settlement.ts'
import type { ReconciliationRow, RowOutcome } from '#domain/reconciliation.ts'
import type { SettledTransaction } from '#domain/settlement.ts'

/** What became of asking the portal about a difference. */
export interface Asked {
  /** The attempt after the portal's answer was written down. */
  readonly here: AttemptHere
  readonly answer: SettlementConfirmation
}

export interface Judged {
  readonly row: Omit<ReconciliationRow, 'position' | 'caseId'>
  /** What a person must look at, if anything. */
  readonly finding?: { readonly kind: CaseKind; readonly details: Readonly<Record<string, string | number>> }
  /** What it is for the journal, if it moved money of a payment of ours. */
  readonly posting?: Omit<Posting, 'postedAtMs'>
}

/** Rows of one reference, and the attempt that has it. */
export interface ReferenceGroup {
  readonly rows: readonly ReadableRow[]
  readonly here: AttemptHere | undefined
}

/** Whether the portal must be asked before the group can be judged. */
export function needsAsking({ rows, here }: ReferenceGroup): boolean {
  if (here === undefined) return false
  return believable(rows).some((row) => row.settled.kind === 'payment' && isInQuestion(row, here))
}

/** Whether amount or state differ. A second transaction needs no question: the portal itself says that it is one. */
function isInQuestion(row: ReadableRow, here: AttemptHere): boolean {
  if (row.settled.standing === 'failed' && isOtherThan(row, here)) return false
  const outcome = outcomeOf(row.settled, here)
  return outcome === 'amount_differs' || outcome === 'state_differs'
}

/** The rows in the order of their transactions; `asked` where `needsAsking` said so. */
export function judgeGroup({ rows, here }: ReferenceGroup, asked?: Asked): readonly Judged[] {
  const distinct = believable(rows)
  const main = mainPayment(distinct, asked?.here ?? here)
  return inOrder(rows).map((row) => {
    if (isContested(row, rows)) return quarantined(row, here)
    if (!distinct.includes(row)) return judged(row, 'duplicate', here, { reason: 'repeated_row' })
    if (row.settled.kind === 'refund') return judgeRefund(row, distinct, here)
    if (here !== undefined && row !== main && isSecondCharge(row, main)) {
      return secondCharge(row, here, asked?.here ?? here)
    }
    return judgePayment(row, here, asked)
  })
}

/** The first of equal rows, without those that contradict each other. */
export const believable = (rows: readonly ReadableRow[]): readonly ReadableRow[] =>
  inOrder(rows).filter(
    (row, index, all) => !isContested(row, rows) && all.findIndex((other) => keyOf(other) === keyOf(row)) === index,
  )

/** By what a row says, then by where it stands: the same for every order of the file. */
const inOrder = (rows: readonly ReadableRow[]): readonly ReadableRow[] =>
  rows.toSorted((a, b) => compare(keyOf(a), keyOf(b)) || a.line - b.line)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const keyOf = ({ settled }: ReadableRow): string => `${settled.kind} ${settled.transactionId}`

/** One transaction id with two references, or with two stories: nobody can say which to believe. */
const isContested = (row: ReadableRow, rows: readonly ReadableRow[]): boolean =>
  row.isReused || rows.some((other) => keyOf(other) === keyOf(row) && storyOf(other) !== storyOf(row))

const storyOf = ({ settled: { amount, standing, refundReference = '' } }: ReadableRow): string =>
  `${amount.dong} ${standing} ${refundReference}`

/** The payment that is the attempt's own: the one it names, else the first paid one, else the first. */
export function mainPayment(rows: readonly ReadableRow[], here: AttemptHere | undefined): ReadableRow | undefined {
  const payments = rows.filter(({ settled }) => settled.kind === 'payment')
  return (
    payments.find(({ settled }) => settled.transactionId === here?.transactionId && settled.standing === 'paid') ??
    payments.find(({ settled }) => settled.standing === 'paid') ??
    payments[0]
  )
}

/** Money that moved a second time. A failed try beside a paid one is nothing. */
const isSecondCharge = (row: ReadableRow, main: ReadableRow | undefined): boolean =>
  row.settled.standing === 'paid' && main?.settled.standing === 'paid'

function outcomeOf(settled: SettledTransaction, here: AttemptHere): RowOutcome {
  if (settled.standing === 'failed') return isDead(here) ? 'matched' : 'state_differs'
  if (settled.amount.dong !== here.amount.dong) return 'amount_differs'
  if (here.state !== 'paid') return 'state_differs'
  return here.transactionId === undefined || here.transactionId === settled.transactionId ? 'matched' : 'duplicate'
}

const isDead = ({ state }: AttemptHere): boolean => state === 'failed' || state === 'expired' || state === 'cancelled'

function judgePayment(row: ReadableRow, here: AttemptHere | undefined, asked: Asked | undefined): Judged {
  if (here === undefined) {
    const { reference, transactionId } = row.settled
    // As a notification about it says: the two are one case.
    return withFinding(judged(row, 'missing_here', here), 'unknown_reference', { reference, transactionId })
  }
  const outcome = outcomeOf(row.settled, here)
  if (outcome === 'matched') return settled(judged(row, outcome, here), row, here)
  // A second transaction of an attempt that is paid by another, which stands in another day's file.
  if (outcome === 'duplicate') return secondCharge(row, here, here)
  // A failed try of an attempt that was paid by another one.
  if (!isInQuestion(row, here)) return judged(row, 'matched', here)
  if (asked === undefined || asked.answer === 'unasked') return judged(row, outcome, here, { isUnasked: true })
  if (outcomeOf(row.settled, asked.here) === 'matched') {
    return settled(judged(row, outcome, here, { isHealed: true }), row, here)
  }
  if (asked.answer === 'taken_back') return takenBack(row, here, asked)
  const kind = outcome === 'amount_differs' ? 'amount_differs' : 'state_differs'
  return withFinding(judged(row, outcome, here), kind, { ...subjectOf(row), stateThere: row.settled.standing })
}

/** A case until both have said so for a while; then the payment is corrected, and goes on from there by itself. */
function takenBack(row: ReadableRow, here: AttemptHere, { here: now }: Asked): Judged {
  const outcome = outcomeOf(row.settled, here)
  if (now.state !== 'paid') return judged(row, outcome, here, { isHealed: true })
  return withFinding(judged(row, outcome, here), 'taken_back', subjectOf(row))
}

const isOtherThan = ({ settled }: ReadableRow, { state, transactionId }: AttemptHere): boolean =>
  state === 'paid' && transactionId !== undefined && transactionId !== settled.transactionId

/**
 * The portal took the money twice; what it took second has to go back. The case is told as payments tells it when a
 * notification finds it first, so that the two are one. `now`: after the portal was asked.
 */
function secondCharge(row: ReadableRow, here: AttemptHere, now: AttemptHere): Judged {
  const { transactionId } = row.settled
  const found = withFinding(judged(row, 'duplicate', here, { reason: 'second_transaction' }), 'double_charge', {
    attempt: now.attemptId,
    portalReference: now.reference,
    amountDong: Number(now.amount.dong),
    portalTransactionId: now.transactionId ?? '',
    otherTransactionId: transactionId,
  })
  // Which of the two is the attempt's own is known only once the attempt names it.
  return isOtherThan(row, now) ? withPosting(found, 'double_charge', row, now, transactionId) : found
}

function judgeRefund(row: ReadableRow, distinct: readonly ReadableRow[], here: AttemptHere | undefined): Judged {
  if (row.settled.standing === 'failed') return judged(row, 'matched', here)
  const given = distinct
    .filter(({ settled }) => settled.kind === 'refund' && settled.standing === 'paid')
    .reduce((total, { settled }) => total + settled.amount.dong, 0n)
  if (here !== undefined && given <= here.refunded.dong) {
    return withPosting(judged(row, 'refunded', here), 'refund_settled', row, here)
  }
  return withFinding(judged(row, 'missing_here', here), 'refund_unknown', subjectOf(row))
}

const quarantined = (row: ReadableRow, here: AttemptHere | undefined): Judged =>
  withFinding(judged(row, 'quarantined', here, { reason: 'contested_transaction' }), 'transaction_reused', {
    transactionId: row.settled.transactionId,
  })

/** What makes a case one case, however often it is found. */
export const subjectOf = ({ settled: { reference, transactionId, amount } }: ReadableRow) => ({
  reference,
  transactionId,
  amount: Number(amount.dong),
})

/** What a transfer brought; a failed transaction brought nothing. */
const settled = (found: Judged, row: ReadableRow, here: AttemptHere): Judged =>
  row.settled.standing === 'paid' ? withPosting(found, 'settled', row, here) : found

const withPosting = (
  found: Judged,
  kind: PostingKind,
  { settled: { transactionId, amount } }: ReadableRow,
  { paymentId, attemptId }: AttemptHere,
  otherTransaction?: string,
): Judged => ({
  ...found,
  posting: {
    kind,
    paymentId,
    attemptId,
    cites: transactionId,
    amount,
    ...(otherTransaction === undefined ? {} : { otherTransaction }),
  },
})

type Marks = Partial<Pick<ReconciliationRow, 'reason' | 'isHealed' | 'isUnasked'>>

function judged(
  { line, settled }: ReadableRow,
  outcome: RowOutcome,
  here: AttemptHere | undefined,
  marks: Marks = {},
): Judged {
  return {
    row: {
      outcome,
      line,
      reference: settled.reference,
      transactionId: settled.transactionId,
      ...(settled.transferId === undefined ? {} : { transferId: settled.transferId }),
      amountThere: settled.amount,
      stateThere: settled.standing,
      ...(here === undefined ? {} : { paymentId: here.paymentId, amountHere: here.amount, stateHere: here.state }),
      isHealed: false,
      isUnasked: false,
      ...marks,
    },
  }
}

const withFinding = ({ row }: Judged, kind: CaseKind, details: Readonly<Record<string, string | number>>): Judged => ({
  row,
  finding: { kind, details },
})
