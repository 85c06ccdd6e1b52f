/**
 * A look on behalf of reconciliation: the settlement file says something else than this house, so the portal is asked, and
 * what it confirms is written down by the same table as ever. The file itself moves nothing.
 */
import { before } from '#domain/deadline.ts'
import type { PaymentBudgets, PaymentsDeps } from './deps.ts'
import { ask } from './portal-call.ts'
import { record } from './record.ts'

export type ConfirmSettlement = (question: {
  readonly tenant: string
  readonly connection: string
  readonly reference: string
}) => Promise<'asked' | 'unasked'>

/** `unasked`: no usable answer came, or the reference is not the tenant's. Rejects when the store is away. */
export function createConfirmSettlement(deps: PaymentsDeps, { queryMs }: PaymentBudgets): ConfirmSettlement {
  return async ({ tenant, connection, reference }) => {
    const payment = await deps.payments.findByPortalReference(connection, reference)
    const portal = deps.portal(tenant, connection)
    if (payment === undefined || payment.tenant !== tenant || portal === undefined) return 'unasked'
    const startedMs = deps.clock.monotonicMs()
    const seen = await before(deps, startedMs + queryMs, (call) => ask(portal.port, payment.attempt, call))
    if (seen.kind === 'unasked') return 'unasked'
    await record(deps, payment, seen, { action: 'reconcile', startedMs, movesOnly: true })
    return 'asked'
  }
}
