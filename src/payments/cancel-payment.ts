/**
 * Asks that a payment be given up. The platform has no message for it: ours closes only when QUERY says that the transaction
 * is dead, and who pays before that has paid. Until then the attempt is `cancelling`, and shown as in doubt.
 */
import { canonicalJson } from '#domain/canonical-json.ts'
import { before } from '#domain/deadline.ts'
import { GatewayError } from '#domain/errors.ts'
import type { Payment } from '#domain/payment.ts'
import type { StoredAnswer } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { apply } from './apply.ts'
import { begunStep } from './audited-steps.ts'
import { conclude, concludeForTheDead } from './conclude.ts'
import { cancellationOf } from './decide.ts'
import type { PaymentBudgets, PaymentsDeps } from './deps.ts'
import { takeOverMs } from './new-attempt.ts'
import { obstacleToCancellation, refusedFor } from './obstacles.ts'
import { ask } from './portal-call.ts'
import type { KeyedRequest } from './replay.ts'
import { undertakeUnlessAnswered, type Answered, type Beginning } from './undertake.ts'

export interface CancelPaymentInput {
  /** For the audit log's digest. */
  readonly reason?: string
}

export type CancelPayment = (
  paymentId: string,
  input: CancelPaymentInput,
  idempotency: KeyedRequest,
  request: RequestContext,
) => Promise<Answered>

const action = 'cancelPayment'
const status = 200

/** Beyond QUERY's budget, for a database that went away. */
const patienceMs = 2_000

interface Asked {
  readonly paymentId: string
  readonly keyed: KeyedRequest
  readonly request: RequestContext
  readonly text: string
}

/**
 * Throws before any work: `payment_not_found`, `idempotency_key_reused`, `request_in_progress`, `storage_unavailable`.
 * `attempt_in_flight`, `outcome_unknown`, `already_paid` and `already_closed` are answers: stored, and given again.
 */
export function createCancelPayment(deps: PaymentsDeps, budgets: PaymentBudgets): CancelPayment {
  return async (paymentId, input, keyed, request) => {
    const asked: Asked = { paymentId, keyed, request, text: canonicalJson({ payment: paymentId, ...input }) }
    return undertakeUnlessAnswered(deps, {
      action,
      keyed,
      request,
      text: asked.text,
      begin: () => begin(deps, asked),
      finish: (payment) => finish(deps, budgets, asked, payment),
      answerForTheDead: (record) => concludeForTheDead(deps, record, { action, status, request, input: asked.text }),
    })
  }
}

async function begin(deps: PaymentsDeps, { paymentId, keyed, request, text }: Asked): Promise<Beginning<Payment>> {
  const { clock, ids, accountability } = deps
  const { tenant, clientId } = request.principal
  const found = await deps.payments.find(tenant, paymentId)
  if (found === undefined) throw new GatewayError('payment_not_found', 'no such payment in the tenant')
  const obstacle = obstacleToCancellation(found)
  if (obstacle !== undefined) return refusedFor(found, new GatewayError(obstacle, 'nothing here can be cancelled'))
  const nowMs = clock.nowMs()
  const moment = { eventId: () => ids.next('evt'), nowMs, actor: `client:${clientId}` }
  const { payment, write } = apply(found, cancellationOf(found, nowMs), moment)
  const latencyMs = clock.monotonicMs() - request.startedAtMs
  const result = 'cancel_requested'
  const step = begunStep(request, { action, payment, result, from: found.attempt.state, input: text, latencyMs })
  await deps.unitOfWork.commit({
    tenant,
    entries: [accountability.enter(step)],
    writes: [
      {
        kind: 'idempotency',
        row: { ...keyed, resourceId: payment.id, runningUntilMs: nowMs + takeOverMs, createdAtMs: nowMs },
      },
      ...(write === undefined ? [] : [write]),
    ],
  })
  return { kind: 'begun', begun: payment }
}

/** Asks once, at once: who has paid by now is told so. */
async function finish(
  deps: PaymentsDeps,
  { queryMs }: PaymentBudgets,
  { keyed, request, text }: Asked,
  payment: Payment,
): Promise<StoredAnswer> {
  const { clock } = deps
  const calledMs = clock.monotonicMs()
  const portal = deps.portal(payment.tenant, payment.attempt.connection)
  const seen =
    portal &&
    (await before(deps, calledMs + queryMs, (call) => ask(portal.port, payment.attempt, call), request.traceparent))
  return conclude(deps, {
    action,
    status,
    payment,
    request,
    ...(seen === undefined ? {} : { seen, upstreamLatencyMs: clock.monotonicMs() - calledMs }),
    scope: keyed.scope,
    input: text,
    begunAtMs: clock.nowMs(),
    patienceUntilMs: calledMs + queryMs + patienceMs,
  })
}
