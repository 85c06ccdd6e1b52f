/**
 * A look on behalf of reconciliation: the settlement file says something else than this house, so the portal is asked, and
 * what it confirms is written down by the same table as ever. The file itself moves nothing, unless the portal cannot be
 * asked: then its row is the only word there is, and the event cites file and line.
 */
import { before } from '#domain/deadline.ts'
import type { Payment } from '#domain/payment.ts'
import type { CitedRow } from '#domain/settlement.ts'
import type { PaymentBudgets, PaymentsDeps } from './deps.ts'
import { ask } from './portal-call.ts'
import { record } from './record.ts'

export type ConfirmSettlement = (question: {
  readonly tenant: string
  readonly connection: string
  readonly reference: string
  /** What the file says of the attempt; absent where it says nothing. */
  readonly row?: CitedRow
}) => Promise<'asked' | 'unasked'>

/**
 * `unasked`: no usable answer came, or the reference is not the tenant's; to be asked again. Of a portal that cannot be
 * asked its row answers, and where there is none nothing will. Rejects when the store is away.
 */
export function createConfirmSettlement(deps: PaymentsDeps, { queryMs }: PaymentBudgets): ConfirmSettlement {
  return async ({ tenant, connection, reference, row }) => {
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
    await record(deps, payment, seen, { action: 'reconcile', startedMs, movesOnly: true })
    return 'asked'
  }
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
