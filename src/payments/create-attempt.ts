/** Another try to collect an obligation whose former attempt is proven dead: a new portal reference, and the obligation retaken in the same commit. */
import { canonicalJson } from '#domain/canonical-json.ts'
import { GatewayError } from '#domain/errors.ts'
import type { Attempt, Payment, PaymentEvent } from '#domain/payment.ts'
import { CommitConflict } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { begunStep } from './audited-steps.ts'
import { checkExpiry } from './check-order.ts'
import { concludeForTheDead } from './conclude.ts'
import type { PaymentBudgets, PaymentsDeps, PortalConnection } from './deps.ts'
import { newAttempt, takeOverMs } from './new-attempt.ts'
import { obstacleToAnotherAttempt, refusedFor } from './obstacles.ts'
import { openAndAnswer } from './open-and-answer.ts'
import type { KeyedRequest } from './replay.ts'
import { undertakeUnlessAnswered, type Answered, type Beginning } from './undertake.ts'

export interface CreateAttemptInput {
  /** RFC 3339; the platform's own validity where absent. */
  readonly expiresAt?: string
}

export type CreateAttempt = (
  paymentId: string,
  input: CreateAttemptInput,
  idempotency: KeyedRequest,
  request: RequestContext,
) => Promise<Answered>

const action = 'createAttempt'
const status = 201

/**
 * Throws before any work: `payment_not_found`, `expiry_not_acceptable`, `upstream_not_configured`,
 * `idempotency_key_reused`, `request_in_progress`, `storage_unavailable`. `attempt_in_flight`, `outcome_unknown`,
 * `already_paid` and `obligation_exists` are answers: stored, and given again.
 */
export function createCreateAttempt(deps: PaymentsDeps, budgets: PaymentBudgets): CreateAttempt {
  return async (paymentId, input, keyed, request) => {
    const text = canonicalJson({ payment: paymentId, ...input })
    const deadlineMs = deps.clock.monotonicMs() + budgets.initMs
    return undertakeUnlessAnswered(deps, {
      action,
      keyed,
      request,
      text,
      begin: () => begin(deps, { paymentId, input, keyed, request, text }),
      finish: (begun) => openAndAnswer(deps, { ...begun, action, status, keyed, request, text, deadlineMs }),
      answerForTheDead: (record) => concludeForTheDead(deps, record, { action, status, request, input: text }),
    })
  }
}

interface Asked {
  readonly paymentId: string
  readonly input: CreateAttemptInput
  readonly keyed: KeyedRequest
  readonly request: RequestContext
  readonly text: string
}

interface Begun {
  readonly payment: Payment
  readonly portal: PortalConnection
}

async function begin(deps: PaymentsDeps, asked: Asked): Promise<Beginning<Begun>> {
  const { tenant } = asked.request.principal
  const payment = await deps.payments.find(tenant, asked.paymentId)
  if (payment === undefined) throw new GatewayError('payment_not_found', 'no such payment in the tenant')
  const obstacle = obstacleToAnotherAttempt(payment)
  if (obstacle !== undefined) return refusedFor(payment, new GatewayError(obstacle, 'the former attempt is not dead'))
  checkExpiry(asked.input, deps.clock.nowMs())
  try {
    return { kind: 'begun', begun: await commitAnother(deps, asked, payment) }
  } catch (error) {
    if (!(error instanceof CommitConflict) || error.conflict !== 'obligation') throw error
    const existing = await deps.payments.findHolder(tenant, payment.dossierCode, payment.lines)
    if (existing === undefined) throw error
    const refusal = new GatewayError('obligation_exists', 'another payment collects it now', { details: { existing } })
    return refusedFor(payment, refusal)
  }
}

async function commitAnother(deps: PaymentsDeps, asked: Asked, former: Payment): Promise<Begun> {
  const { clock, ids, accountability } = deps
  const { input, keyed, request, text } = asked
  const { tenant, clientId } = request.principal
  const unit = deps.unit(tenant, former.collectingUnit)
  const portal = unit && deps.portal(tenant, unit.portal)
  if (unit === undefined || portal === undefined) {
    throw new GatewayError('upstream_not_configured', 'the unit of the payment is not configured any more')
  }
  const nowMs = clock.nowMs()
  const terms = { unit, codec: portal.codec, ids, nowMs, number: former.attempt.number + 1, expiresAt: input.expiresAt }
  const attempt = newAttempt(former, terms)
  const payment: Payment = { ...former, state: 'submitting', sequence: former.sequence + 1, attempt }
  const event = beginningOf(payment, attempt, { id: ids.next('evt'), actor: `client:${clientId}` })
  const latencyMs = clock.monotonicMs() - request.startedAtMs
  const result = 'attempt_created'
  const from = former.attempt.state
  const step = begunStep(request, { action, payment, result, categories: ['payer'], from, input: text, latencyMs })
  await deps.unitOfWork.commit({
    tenant,
    entries: [accountability.enter(step)],
    writes: [
      {
        kind: 'idempotency',
        row: { ...keyed, resourceId: payment.id, runningUntilMs: nowMs + takeOverMs, createdAtMs: nowMs },
      },
      {
        kind: 'attempt',
        beginning: {
          paymentId: payment.id,
          attempt,
          former: { id: former.attempt.id, version: former.attempt.version },
          event,
        },
      },
    ],
  })
  return { payment, portal }
}

const beginningOf = (
  { sequence }: Payment,
  { id, issuedAtMs }: Attempt,
  made: Pick<PaymentEvent, 'id' | 'actor'>,
): PaymentEvent => ({
  ...made,
  sequence,
  type: 'payment.submitting',
  attemptId: id,
  to: 'submitting',
  cause: 'attempt_created',
  createdAtMs: issuedAtMs,
})
