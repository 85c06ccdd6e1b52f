/**
 * A second person decides about a refund above the limit. Two people are told apart by their own accounts (`officerId`);
 * where one of the two named none, only another client system proves that it is somebody else.
 */
import { canonicalJson } from '#domain/canonical-json.ts'
import { GatewayError } from '#domain/errors.ts'
import type { Officer } from '#domain/refund.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { answerRefund, answerRefundForTheDead, type AnsweringRefund } from './answer-refund.ts'
import { applyRefundMove, type RefundOfPayment } from './apply-refund.ts'
import { outlookOn } from './decide-refund.ts'
import type { PaymentBudgets, PaymentsDeps } from './deps.ts'
import { findRefundOfPayment } from './get-refund.ts'
import { takeOverMs } from './new-attempt.ts'
import { refusedFor } from './obstacles.ts'
import { refundStep } from './refund-steps.ts'
import { refundTransitionOn } from './refund-transitions.ts'
import type { KeyedRequest } from './replay.ts'
import { submitOrLeave } from './submit-refund.ts'
import { undertakeUnlessAnswered, type Answered, type Beginning } from './undertake.ts'

export interface ApproveRefundInput {
  /** The deciding officer's own account. */
  readonly officerId?: string
  readonly decision: 'approve' | 'reject'
}

export type ApproveRefund = (
  subject: { readonly paymentId: string; readonly refundId: string },
  input: ApproveRefundInput,
  idempotency: KeyedRequest,
  request: RequestContext,
) => Promise<Answered>

const action = 'approveRefund'

interface Asked {
  readonly subject: { readonly paymentId: string; readonly refundId: string }
  readonly input: ApproveRefundInput
  readonly keyed: KeyedRequest
  readonly request: RequestContext
}

/**
 * Throws before any work: `payment_not_found`, `refund_not_found`, `idempotency_key_reused`, `request_in_progress`,
 * `storage_unavailable`. `second_person_required` and `refund_already_decided` are answers.
 */
export function createApproveRefund(deps: PaymentsDeps, budgets: PaymentBudgets): ApproveRefund {
  return async (subject, input, keyed, request) => {
    const text = canonicalJson({ refund: subject.refundId, ...input })
    const answering: AnsweringRefund = { action, status: 200, scope: keyed.scope, request, text }
    return undertakeUnlessAnswered(deps, {
      action,
      keyed,
      request,
      text,
      begin: () => begin(deps, { subject, input, keyed, request }),
      finish: async (begun) =>
        answerRefund(deps, answering, await submitOrLeave(deps, budgets, begun, { action, request })),
      answerForTheDead: (record) => answerRefundForTheDead(deps, answering, record),
    })
  }
}

async function begin(deps: PaymentsDeps, asked: Asked): Promise<Beginning<RefundOfPayment>> {
  const { subject, input, keyed, request } = asked
  const { tenant, clientId } = request.principal
  const known = await findRefundOfPayment(deps, tenant, subject)
  const { payment, refund } = known
  const row = refundTransitionOn(refund.state, input.decision === 'approve' ? 'approved' : 'declined')
  if (row === undefined) {
    const details = { state: refund.state }
    return refusedFor(payment, new GatewayError('refund_already_decided', 'it waits for nobody', { details }))
  }
  const decidedBy: Officer = { clientId, ...(input.officerId === undefined ? {} : { officerId: input.officerId }) }
  if (mayBeTheSame(refund.requestedBy, decidedBy)) {
    return refusedFor(payment, new GatewayError('second_person_required', 'who asked may not approve'))
  }
  const nowMs = deps.clock.nowMs()
  const moment = { eventId: deps.ids.next('evt'), nowMs, decidedBy }
  const decided = applyRefundMove(known, row, { outlook: outlookOn(row.to, nowMs) }, moment)
  const latencyMs = deps.clock.monotonicMs() - request.startedAtMs
  const officer = input.officerId === undefined ? {} : { officerId: input.officerId }
  await deps.unitOfWork.commit({
    tenant,
    entries: [deps.accountability.enter(refundStep(decided, { action, row, request, latencyMs, ...officer }))],
    writes: [
      {
        kind: 'idempotency',
        row: { ...keyed, resourceId: refund.id, runningUntilMs: nowMs + takeOverMs, createdAtMs: nowMs },
      },
      decided.write,
    ],
  })
  return { kind: 'begun', begun: { payment: decided.payment, refund: decided.refund } }
}

function mayBeTheSame(requester: Officer, approver: Officer): boolean {
  if (requester.officerId === undefined || approver.officerId === undefined) {
    return requester.clientId === approver.clientId
  }
  return requester.officerId.toLowerCase() === approver.officerId.toLowerCase()
}
