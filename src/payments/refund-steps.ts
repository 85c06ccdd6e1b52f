/** Every step of a refund in the words of the audit log. Officers are tags there; nothing else of a person is in it. */
import type { AuditedStep } from '#domain/ports/accountability.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { RefundOfPayment } from './apply-refund.ts'
import type { RefundLearned } from './decide-refund.ts'
import type { RefundTransition } from './refund-transitions.ts'

const about = ({ payment, refund }: RefundOfPayment) => ({
  kind: 'refund' as const,
  subject: { type: 'payment', value: payment.id } as const,
  procedureCode: payment.procedureCode,
  dossierCode: payment.dossierCode,
  categories: [],
  upstream: 'payment_portal' as const,
  upstreamRef: refund.refundReference,
  amountDong: refund.amount.dong,
})

/** Under which officer's account; procedure and dossier are the payment's. */
const officerOf = ({ payment: { procedureCode, dossierCode } }: RefundOfPayment, officerId?: string) =>
  officerId === undefined ? {} : { purpose: { procedureCode, dossierCode, officerId } }

const whoOf = (tenant: string, request: RequestContext | undefined) =>
  request === undefined
    ? { principal: { tenant, clientId: 'system' } as const }
    : { principal: request.principal, traceId: request.traceId }

export interface RefundMoved {
  readonly action: string
  readonly row: RefundTransition
  readonly learned?: RefundLearned
  /** Absent where nobody waits for it. */
  readonly request?: RequestContext
  readonly officerId?: string
  readonly latencyMs: number
}

export function refundStep(moved: RefundOfPayment, step: RefundMoved): AuditedStep {
  return {
    ...about(moved),
    ...whoOf(moved.refund.tenant, step.request),
    ...officerOf(moved, step.officerId),
    action: step.action,
    result: step.row.on,
    httpStatus: 0,
    latencyMs: step.latencyMs,
    request: moved.refund.refundReference,
    response: step.learned?.portalRecord?.answerSha256 ?? '',
    transition: { from: step.row.from, to: step.row.to },
  }
}

/** A refund is asked for; the portal has not been called. */
export function refundRequestedStep(
  asked: RefundOfPayment,
  request: RequestContext,
  { input, latencyMs }: { readonly input: string; readonly latencyMs: number },
): AuditedStep {
  return {
    ...about(asked),
    ...whoOf(asked.refund.tenant, request),
    ...officerOf(asked, asked.refund.requestedBy.officerId),
    action: 'requestRefund',
    result: 'refund_requested',
    httpStatus: 0,
    latencyMs,
    request: input,
    response: '',
    transition: { from: 'none', to: asked.refund.state },
  }
}

/** The answer is about to leave, with evidence. `view`: without its evidence. */
export function refundAnswerStep(
  answered: RefundOfPayment,
  request: RequestContext,
  step: {
    readonly action: string
    readonly status: number
    readonly input: string
    readonly view: string
    readonly latencyMs: number
  },
): AuditedStep {
  return {
    ...about(answered),
    ...whoOf(answered.refund.tenant, request),
    action: step.action,
    result: 'refund_answered',
    httpStatus: step.status,
    latencyMs: step.latencyMs,
    request: step.input,
    response: step.view,
  }
}
