/**
 * A look on behalf of reconciliation: the settlement file says something else than this house, so the portal is asked, and
 * what it confirms is written down by the same table as ever. The file itself moves nothing, unless the portal cannot be
 * asked: then its row is the only word there is, and the event cites file and line.
 */
import { before } from '#domain/deadline.ts'
import type { Payment } from '#domain/payment.ts'
import type { ConfirmSettlement } from '#domain/ports/confirm-settlement.ts'
import type { CitedRow } from '#domain/settlement.ts'
import type { PaymentBudgets, PaymentsDeps } from './deps.ts'
import type { Asking } from './observation.ts'
import { ask } from './portal-call.ts'
import { record } from './record.ts'

/** Both must say so for so long: a portal may be wrong for a moment, and success is sticky. */
const takenBackWindowMs = 30 * 60_000

/** Of a portal that cannot be asked its row answers, and where there is none nothing will. */
export function createConfirmSettlement(deps: PaymentsDeps, { queryMs }: PaymentBudgets): ConfirmSettlement {
  return async ({ tenant, connection, reference, row, takenBackSinceMs }) => {
    const payment = await deps.payments.findByPortalReference(connection, reference)
    const portal = deps.portal(tenant, connection)
    if (payment === undefined || payment.tenant !== tenant || portal === undefined) return 'unasked'
    const startedMs = deps.clock.monotonicMs()
    const seen = await before(deps, startedMs + queryMs, (call) => ask(portal.port, payment.attempt, call))
    if (seen.kind === 'unasked') return 'unasked'
    if (seen.kind === 'unaskable') {
      if (row !== undefined) await settle(deps, payment, row, startedMs)
      return 'asked'
    }
    if (row !== undefined && isTakenBack(payment, seen, row)) {
      if (mayReverse(payment, takenBackSinceMs, deps.clock.nowMs())) await takeBack(deps, payment, seen, row, startedMs)
      return 'taken_back'
    }
    await record(deps, payment, seen, { action: 'reconcile', startedMs, movesOnly: true })
    return 'asked'
  }
}

type Known = Extract<Asking, { kind: 'known' }>

/** Whether file and answer agree that the transaction this attempt was paid by failed after all. */
function isTakenBack({ attempt, amount }: Payment, seen: Asking, { settled }: CitedRow): seen is Known {
  return (
    attempt.state === 'paid' &&
    seen.kind === 'known' &&
    seen.standing === 'failed' &&
    settled.standing === 'failed' &&
    settled.transactionId === attempt.portalTransactionId &&
    settled.amount.dong === amount.dong
  )
}

/** What was refunded besides, or is about to be, is for a person to put together. */
const mayReverse = ({ refunded, refundReserved }: Payment, sinceMs: number | undefined, nowMs: number): boolean =>
  sinceMs !== undefined && nowMs - sinceMs >= takenBackWindowMs && refunded.dong + refundReserved.dong === 0n

async function takeBack(
  deps: PaymentsDeps,
  payment: Payment,
  { answerSha256 }: Known,
  { settled, line, file }: CitedRow,
  startedMs: number,
): Promise<void> {
  const { transactionId: portalTransactionId } = settled
  const seen = { kind: 'taken_back', answerSha256, portalTransactionId, file: file.id, line } as const
  await record(deps, payment, seen, { action: 'reconcile', startedMs, movesOnly: true })
}

async function settle(
  deps: PaymentsDeps,
  payment: Payment,
  { settled, line, file }: CitedRow,
  startedMs: number,
): Promise<void> {
  const { standing, amount, transactionId } = settled
  const word = { kind: 'settled', standing, amount, line, file: file.id, fileSha256: file.sha256 } as const
  const seen = { ...word, portalTransactionId: transactionId }
  const recorded = await record(deps, payment, seen, { action: 'reconcile', startedMs, movesOnly: true })
  // The table leads to a mismatch through doubt: the same row goes on from there.
  const isHalfway = recorded.kind === 'written' && recorded.payment.attempt.state === 'in_doubt'
  if (isHalfway) await record(deps, recorded.payment, seen, { action: 'reconcile', startedMs, movesOnly: true })
}
