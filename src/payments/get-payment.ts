/** A payment as it stands. Where it is in doubt the portal is asked on the way, for at most two seconds. */
import { before } from '#domain/deadline.ts'
import { GatewayError } from '#domain/errors.ts'
import type { Attempt, AttemptState, Payment } from '#domain/payment.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { PaymentsDeps } from './deps.ts'
import { quietPosition } from './limbo-schedule.ts'
import type { Asking } from './observation.ts'
import { ask } from './portal-call.ts'
import { presentPayment, type PaymentView } from './present-payment.ts'
import { record } from './record.ts'
import { isTerminal } from './transitions.ts'

export type GetPayment = (id: string, request: RequestContext) => Promise<PaymentView>

/** reliability.md 4.5: nobody who merely looks waits longer for the portal. */
export const lookBudgetMs = 2_000

/** Throws `payment_not_found`, also for another tenant's. */
export function createGetPayment(deps: PaymentsDeps): GetPayment {
  return async (id, request) => {
    const { tenant } = request.principal
    const found = await deps.payments.find(tenant, id)
    if (found === undefined) throw new GatewayError('payment_not_found', 'no such payment in the tenant')
    const isDoubtful = isInDoubt(found, deps.clock.nowMs())
    return presentPayment(isDoubtful ? await lookUpstream(deps, found, request) : found, deps.livemode(tenant))
  }
}

const doubtful: readonly AttemptState[] = ['in_doubt', 'cancelling', 'mismatch']

/** In doubt, or live with a look overdue, or announced and not confirmed. A create that still waits for its INIT is none of these. */
const isInDoubt = ({ attempt }: Payment, nowMs: number): boolean =>
  doubtful.includes(attempt.state) ||
  isAlerted(attempt) ||
  (!isTerminal(attempt.state) && attempt.dueAtMs !== undefined && attempt.dueAtMs <= nowMs)

/** A notification said something of it, and the portal could not be asked what is true: it may be paid by now. */
const isAlerted = ({ state, checks }: Attempt): boolean => state === 'awaiting_payer' && checks < quietPosition

/** Only asks: sending INIT again is the job's, whose pace no impatient client sets. */
async function lookUpstream(deps: PaymentsDeps, payment: Payment, request: RequestContext): Promise<Payment> {
  const portal = deps.portal(payment.tenant, payment.attempt.connection)
  if (portal === undefined) return payment
  const startedMs = deps.clock.monotonicMs()
  const askPortal = (call: Parameters<typeof ask>[2]) => ask(portal.port, payment.attempt, call)
  const seen = await before(deps, startedMs + lookBudgetMs, askPortal, request.traceparent)
  // Not having reached the portal within two seconds proves nothing that the job would not find out better.
  if (seen.kind === 'unasked') return payment
  return recordLook(deps, payment, seen, startedMs)
}

async function recordLook(deps: PaymentsDeps, payment: Payment, seen: Asking, startedMs: number): Promise<Payment> {
  try {
    const recorded = await record(deps, payment, seen, { action: 'getPayment', startedMs, movesOnly: true })
    if (recorded.kind === 'written') return recorded.payment
    return (await deps.payments.find(payment.tenant, payment.id)) ?? payment
  } catch (error) {
    // Reading goes on while nothing can be written: what was read is what is known for certain.
    if (error instanceof GatewayError && error.code === 'storage_unavailable') return payment
    throw error
  }
}
