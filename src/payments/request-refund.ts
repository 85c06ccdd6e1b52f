/**
 * Asks for money back: all of a paid payment, or part of it. What is asked for is reserved in the same commit, so that of
 * two who ask for the same đồng one is told. While a payment's refunds together stay within the tenant's limit they are sent
 * at once; beyond it a second person decides first.
 */
import { canonicalJson } from '#domain/canonical-json.ts'
import { GatewayError } from '#domain/errors.ts'
import { money, toJsonAmount } from '#domain/money.ts'
import type { Payment } from '#domain/payment.ts'
import type { PortalCodec } from '#domain/ports/payment-portal.ts'
import type { Refund } from '#domain/refund.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { answerRefund, answerRefundForTheDead, type AnsweringRefund } from './answer-refund.ts'
import { refundEvent, type RefundOfPayment } from './apply-refund.ts'
import { outlookOn } from './decide-refund.ts'
import type { PaymentBudgets, PaymentsDeps } from './deps.ts'
import { takeOverMs } from './new-attempt.ts'
import { refundByHand } from './money-cases.ts'
import { refusedFor } from './obstacles.ts'
import { refundableOf } from './payment-state.ts'
import { refundRequestedStep } from './refund-steps.ts'
import type { KeyedRequest } from './replay.ts'
import { submitOrLeave } from './submit-refund.ts'
import { undertakeUnlessAnswered, type Answered, type Beginning, type Refused } from './undertake.ts'

export interface RequestRefundInput {
  /** Whole đồng. */
  readonly amount: number
  readonly reason: string
  /** What the caller believes can be given back: decided upon something else, it is decided again. */
  readonly expectedRefundable: number
  /** The officer's own account. */
  readonly officerId?: string
}

export type RequestRefund = (
  paymentId: string,
  input: RequestRefundInput,
  idempotency: KeyedRequest,
  request: RequestContext,
) => Promise<Answered>

const action = 'requestRefund'

interface Asked {
  readonly paymentId: string
  readonly input: RequestRefundInput
  readonly keyed: KeyedRequest
  readonly request: RequestContext
  readonly text: string
}

/**
 * Throws before any work: `payment_not_found`, `upstream_not_configured`, `idempotency_key_reused`, `request_in_progress`,
 * `storage_unavailable`. `refund_not_supported`, `refundable_changed` and `refund_exceeds_refundable` are answers.
 */
export function createRequestRefund(deps: PaymentsDeps, budgets: PaymentBudgets): RequestRefund {
  return async (paymentId, input, keyed, request) => {
    const asked: Asked = { paymentId, input, keyed, request, text: canonicalJson({ payment: paymentId, ...input }) }
    const answering: AnsweringRefund = { action, status: 201, scope: keyed.scope, request, text: asked.text }
    return undertakeUnlessAnswered(deps, {
      action,
      keyed,
      request,
      text: asked.text,
      begin: () => begin(deps, asked),
      finish: async (begun) =>
        answerRefund(deps, answering, await submitOrLeave(deps, budgets, begun, { action, request })),
      answerForTheDead: (record) => answerRefundForTheDead(deps, answering, record),
    })
  }
}

async function begin(deps: PaymentsDeps, asked: Asked): Promise<Beginning<RefundOfPayment>> {
  const { tenant } = asked.request.principal
  const payment = await deps.payments.find(tenant, asked.paymentId)
  if (payment === undefined) throw new GatewayError('payment_not_found', 'no such payment in the tenant')
  const codec = deps.portal(tenant, payment.attempt.connection)?.codec
  if (codec === undefined) throw new GatewayError('upstream_not_configured', 'the portal is not configured any more')
  const refusal = refusalOf(deps, payment, asked.input, codec)
  if (refusal !== undefined) return refusal
  const begun = newRefund(deps, asked, { payment, codec })
  await commitNew(deps, asked, begun)
  return { kind: 'begun', begun: afterRequest(begun) }
}

function refusalOf(
  { cases, clock }: PaymentsDeps,
  payment: Payment,
  input: RequestRefundInput,
  codec: PortalCodec,
): Refused | undefined {
  const { attempt, amount, refunded, refundReserved } = payment
  const refundable = toJsonAmount(refundableOf({ attempt: attempt.state, amount, refunded, refundReserved }))
  if (input.expectedRefundable !== refundable) {
    return refusedFor(payment, new GatewayError('refundable_changed', 'decided upon', { details: { refundable } }))
  }
  if (input.amount > refundable) {
    return refusedFor(payment, new GatewayError('refund_exceeds_refundable', 'too much', { details: { refundable } }))
  }
  if (codec.prepareRefund !== undefined) return undefined
  const refused = refusedFor(payment, new GatewayError('refund_not_supported', 'the dialect has no refunds'))
  return { ...refused, cases: cases.open(refundByHand(payment, input.amount, clock.nowMs())) }
}

function newRefund(
  deps: PaymentsDeps,
  { input, request }: Asked,
  { payment, codec }: { readonly payment: Payment; readonly codec: PortalCodec },
): RefundOfPayment {
  const { tenant, clientId } = request.principal
  const nowMs = deps.clock.nowMs()
  const amount = money(input.amount)
  const order = {
    reference: payment.attempt.portalReference,
    refundReference: deps.ids.portalReference() as Refund['refundReference'],
    amount,
    reason: input.reason,
    issuedAtMs: nowMs,
  }
  // All of the payment's refunds together: nobody passes the limit in small parts.
  const soFar = payment.refunded.dong + payment.refundReserved.dong
  const needsApproval = soFar + amount.dong > deps.refundApprovalAbove(tenant).dong
  const state = needsApproval ? 'requested' : 'approved'
  const { dueAtMs, checks } = outlookOn(state, nowMs)
  const refund: Refund = {
    id: deps.ids.next('ref'),
    tenant,
    paymentId: payment.id,
    attemptId: payment.attempt.id,
    state,
    version: 1,
    connection: payment.attempt.connection,
    portalReference: order.reference,
    refundReference: order.refundReference,
    issuedAtMs: nowMs,
    body: codec.prepareRefund?.(order).body ?? '',
    amount,
    reason: input.reason,
    requestedBy: { clientId, ...(input.officerId === undefined ? {} : { officerId: input.officerId }) },
    needsApproval,
    ...(dueAtMs === null ? {} : { dueAtMs }),
    checks,
    createdAtMs: nowMs,
  }
  return { payment, refund }
}

async function commitNew(deps: PaymentsDeps, { keyed, request, text }: Asked, begun: RefundOfPayment): Promise<void> {
  const { clock, ids, accountability, unitOfWork } = deps
  const { refund } = begun
  const nowMs = refund.createdAtMs
  const event = {
    ...refundEvent({ ...begun, eventId: ids.next('evt'), nowMs }, { to: refund.state }),
    cause: refund.needsApproval ? 'requested' : 'within_limit',
    actor: `client:${refund.requestedBy.clientId}`,
  }
  const latencyMs = clock.monotonicMs() - request.startedAtMs
  await unitOfWork.commit({
    tenant: refund.tenant,
    entries: [accountability.enter(refundRequestedStep(begun, request, { input: text, latencyMs }))],
    writes: [
      {
        kind: 'idempotency',
        row: { ...keyed, resourceId: refund.id, runningUntilMs: nowMs + takeOverMs, createdAtMs: nowMs },
      },
      { kind: 'refund', refund, event },
    ],
  })
}

const afterRequest = ({ payment, refund }: RefundOfPayment): RefundOfPayment => ({
  refund,
  payment: {
    ...payment,
    sequence: payment.sequence + 1,
    refundReserved: { dong: payment.refundReserved.dong + refund.amount.dong },
  },
})
