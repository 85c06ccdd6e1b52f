/** The answer to a step about a refund: made once, stored under its key, given again byte for byte. Never a refusal: the step is durable. */
import { sleep } from '#domain/clock.ts'
import { GatewayError } from '#domain/errors.ts'
import type { IdempotencyRecord, StoredAnswer } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { RefundOfPayment } from './apply-refund.ts'
import { isPassing } from './conclude.ts'
import type { PaymentsDeps } from './deps.ts'
import { presentRefund } from './present-refund.ts'
import { refundAnswerStep } from './refund-steps.ts'
import { replayPatienceMs, type KeyedRequest } from './replay.ts'

export interface AnsweringRefund {
  readonly action: string
  readonly status: number
  readonly scope: KeyedRequest['scope']
  readonly request: RequestContext
  /** The request's canonical text. */
  readonly text: string
}

const retryDelayMs = 200

export async function answerRefund(
  deps: PaymentsDeps,
  answering: AnsweringRefund,
  known: RefundOfPayment,
): Promise<StoredAnswer> {
  const patienceUntilMs = deps.clock.monotonicMs() + replayPatienceMs
  for (;;) {
    try {
      return await storeAnswer(deps, answering, known)
    } catch (error) {
      if (!isPassing(error)) deps.log.error({ operation: answering.action, error }, 'the answer could not be made')
      const isOver = deps.clock.monotonicMs() >= patienceUntilMs
      // The refund is durable and says nothing false: an answer without evidence is still better than a problem.
      if (isOver || !isPassing(error)) return answerOf(answering, viewOf(deps, known))
      await sleep(deps.clock, retryDelayMs)
    }
  }
}

/** For a process that died: the refund as it stands by now. */
export async function answerRefundForTheDead(
  deps: PaymentsDeps,
  answering: AnsweringRefund,
  { scope: { tenant }, resourceId }: IdempotencyRecord,
): Promise<StoredAnswer> {
  const refund = resourceId === undefined ? undefined : await deps.refunds.find(tenant, resourceId)
  const payment = refund && (await deps.payments.find(tenant, refund.paymentId))
  if (refund === undefined || payment === undefined) {
    throw new GatewayError('internal_error', 'a key without an answer names no refund')
  }
  return answerRefund(deps, answering, { payment, refund })
}

async function storeAnswer(
  deps: PaymentsDeps,
  answering: AnsweringRefund,
  known: RefundOfPayment,
): Promise<StoredAnswer> {
  const { action, status, scope, request, text } = answering
  const view = viewOf(deps, known)
  const latencyMs = deps.clock.monotonicMs() - request.startedAtMs
  const step = refundAnswerStep(known, request, { action, status, input: text, view: JSON.stringify(view), latencyMs })
  const { entry, evidence } = await deps.accountability.attest(step)
  const answer = answerOf(answering, { ...view, evidence })
  await deps.unitOfWork.commit({
    tenant: known.refund.tenant,
    entries: [entry],
    writes: [{ kind: 'idempotency_answer', scope, answer }],
  })
  // A replay that took us for dead may have stored its bytes first: then those stand. Refunds are rare enough to look.
  return (await deps.idempotency.find(scope))?.answer ?? answer
}

const viewOf = ({ livemode }: PaymentsDeps, { refund }: RefundOfPayment) =>
  presentRefund(refund, livemode(refund.tenant))

const answerOf = ({ status }: AnsweringRefund, body: object): StoredAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(body),
})
