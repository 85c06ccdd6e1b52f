/**
 * Every money step in the words of the audit log. The subject is always our payment id, so that one search finds the
 * whole life of a payment; names and numbers of people stay out even as tags. `httpStatus` 0: nobody was answered.
 */
import type { AuditedStep } from '#domain/ports/accountability.ts'
import type { CaseKind } from '#domain/case.ts'
import type { Payment } from '#domain/payment.ts'
import type { BillMove, NotificationRecord } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { Transition } from './transitions.ts'
import { causeOf } from './transitions.ts'

const systemOf = (tenant: string) => ({ tenant, clientId: 'system' }) as const

const aboutPayment = ({ id, procedureCode, dossierCode, amount, attempt }: Payment) => ({
  subject: { type: 'payment', value: id } as const,
  procedureCode,
  dossierCode,
  upstream: 'payment_portal' as const,
  upstreamRef: attempt.portalReference,
  amountDong: amount.dong,
})

const asked = ({ principal, traceId }: RequestContext) => ({ principal, traceId })

/** A client's step is about to be written; the portal has not been called. */
export function begunStep(
  request: RequestContext,
  begun: {
    readonly action: string
    readonly payment: Payment
    /** E.g. `payment_created`. */
    readonly result: string
    /** What of the payer is sent on. */
    readonly categories?: readonly string[]
    readonly from: string
    readonly input: string
    readonly latencyMs: number
  },
): AuditedStep {
  const { action, payment, result, categories = [], from, input, latencyMs } = begun
  return {
    kind: 'order',
    action,
    ...asked(request),
    ...aboutPayment(payment),
    categories,
    result,
    httpStatus: 0,
    latencyMs,
    request: input,
    response: '',
    transition: { from, to: payment.attempt.state },
  }
}

export interface Answering {
  readonly action: string
  readonly payment: Payment
  /** The row the attempt moved by in the same commit. */
  readonly row: Transition | undefined
  readonly status: number
  /** The answer without its evidence. */
  readonly view: string
  readonly input: string
  readonly latencyMs: number
  readonly upstreamLatencyMs?: number
}

/** The answer is about to leave, with evidence. */
export function answerStep(request: RequestContext, answering: Answering): AuditedStep {
  const { payment, row, upstreamLatencyMs } = answering
  return {
    kind: 'order',
    action: answering.action,
    ...asked(request),
    ...aboutPayment(payment),
    categories: [],
    result: row === undefined ? 'payment_answered' : causeOf(row),
    httpStatus: answering.status,
    latencyMs: answering.latencyMs,
    ...(upstreamLatencyMs === undefined ? {} : { upstreamLatencyMs }),
    request: answering.input,
    response: answering.view,
    ...(row === undefined ? {} : { transition: { from: row.from, to: row.to } }),
  }
}

/** A refusal that uses up its key, such as `obligation_exists`. */
export function refusalStep(
  request: RequestContext,
  refused: {
    readonly action: string
    readonly code: string
    readonly status: number
    readonly dossierCode: string
    readonly procedureCode: string
    readonly input: string
    readonly body: string
    readonly latencyMs: number
  },
): AuditedStep {
  return {
    kind: 'order',
    action: refused.action,
    ...asked(request),
    procedureCode: refused.procedureCode,
    dossierCode: refused.dossierCode,
    categories: [],
    result: refused.code,
    httpStatus: refused.status,
    latencyMs: refused.latencyMs,
    request: refused.input,
    response: refused.body,
  }
}

/** An attempt moved without anybody waiting for it. `answerSha256`: of the portal's answer that moved it. */
export function moveStep(
  payment: Payment,
  moved: {
    readonly action: string
    readonly row: Transition
    readonly result?: string
    readonly answerSha256?: string
    readonly latencyMs: number
  },
): AuditedStep {
  const { row } = moved
  return {
    kind: 'order',
    action: moved.action,
    principal: systemOf(payment.tenant),
    ...aboutPayment(payment),
    categories: [],
    result: moved.result ?? causeOf(row),
    httpStatus: 0,
    latencyMs: moved.latencyMs,
    request: payment.attempt.portalReference,
    response: moved.answerSha256 ?? '',
    transition: { from: row.from, to: row.to },
  }
}

/** Something was found that a person must look at; no attempt moved. */
export function caseStep(
  payment: Payment,
  found: {
    readonly action: string
    readonly kind: CaseKind
    readonly answerSha256?: string
    readonly latencyMs: number
  },
): AuditedStep {
  return {
    kind: 'recon',
    action: found.action,
    principal: systemOf(payment.tenant),
    ...aboutPayment(payment),
    categories: [],
    result: found.kind,
    httpStatus: 0,
    latencyMs: found.latencyMs,
    request: payment.attempt.portalReference,
    response: found.answerSha256 ?? '',
  }
}

/** The portal's bill is here, has ended, or is asked for no more. */
export function billStep(
  payment: Payment,
  { action, move, latencyMs }: { readonly action: string; readonly move: BillMove; readonly latencyMs: number },
): AuditedStep {
  return {
    kind: 'order',
    action,
    principal: systemOf(payment.tenant),
    ...aboutPayment(payment),
    categories: [],
    result: `bill_${move.to}`,
    httpStatus: 0,
    latencyMs,
    request: payment.attempt.portalReference,
    response: move.kept === undefined ? '' : hexOf(move.kept.sha256),
  }
}

/** The portal's bill is about to leave, with the payer's name on it. */
export function billAnswerStep(
  request: RequestContext,
  answered: { readonly payment: Payment; readonly sha256: Uint8Array; readonly latencyMs: number },
): AuditedStep {
  const { payment, sha256, latencyMs } = answered
  return {
    kind: 'order',
    action: 'getPortalBill',
    ...asked(request),
    ...aboutPayment(payment),
    categories: ['portalBill'],
    result: 'bill_answered',
    httpStatus: 200,
    latencyMs,
    request: payment.id,
    response: hexOf(sha256),
  }
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** A notification was taken in, or its end was found. */
export function notificationStep(
  tenant: string,
  { digest, reference }: Pick<NotificationRecord, 'digest' | 'reference'>,
  step: { readonly action: string; readonly result: string; readonly payment?: Payment; readonly latencyMs: number },
): AuditedStep {
  return {
    kind: 'ipn',
    action: step.action,
    principal: systemOf(tenant),
    ...(step.payment === undefined
      ? { upstream: 'payment_portal' as const, upstreamRef: reference }
      : aboutPayment(step.payment)),
    categories: [],
    result: step.result,
    httpStatus: 0,
    latencyMs: step.latencyMs,
    request: digest,
    response: '',
  }
}
