/**
 * Every question to a register is on record before its answer leaves, also when there was no answer: who asked about
 * whom matters more than whether it worked (Circular 46/2022/TT-BCA, art. 8). If the record cannot be written, what
 * leaves is `storage_unavailable` and nothing else.
 */
import { canonicalJson } from '#domain/canonical-json.ts'
import type { Clock } from '#domain/clock.ts'
import { GatewayError, UpstreamError } from '#domain/errors.ts'
import type { Accountability, AuditedStep } from '#domain/ports/accountability.ts'
import { CommitConflict, type UnitOfWork, type Write } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { Failed } from './ask-upstream.ts'

export interface AccountDeps {
  readonly accountability: Accountability
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
  /** The status an error will be answered with; status codes are `http/problem.ts`'s business. */
  readonly statusOf: (error: unknown) => number
}

/** What is known of a step before it has a result. */
export interface AskedStep extends Pick<
  AuditedStep,
  'kind' | 'action' | 'categories' | 'purpose' | 'subject' | 'procedureCode' | 'dossierCode' | 'upstream'
> {
  /** The request as parsed; only a salted digest of its canonical form is kept. */
  readonly input: unknown
}

export interface Answered<T> {
  /** As it will be sent, but for its evidence. */
  readonly answer: T
  readonly result: string
  readonly upstreamRef: string
  readonly upstreamLatencyMs: number
}

const okStatus = 200

/**
 * Attests `answer`, makes the audit entry durable together with `writes`, and returns the answer with its evidence as
 * the last member. The evidence covers the answer without itself: canonical JSON of all other members.
 */
export async function accountForAnswer<T extends object>(
  deps: AccountDeps,
  request: RequestContext,
  step: AskedStep,
  { answer, ...facts }: Answered<T>,
  writes: (whole: T & { readonly evidence: string }) => readonly Write[] = () => [],
): Promise<T & { readonly evidence: string }> {
  const { entry, evidence } = await deps.accountability.attest({
    ...auditedStep(deps.clock, request, step),
    ...facts,
    httpStatus: okStatus,
    response: canonicalJson(answer),
  })
  const whole = { ...answer, evidence }
  const { tenant } = request.principal
  try {
    await deps.unitOfWork.commit({ tenant, entries: [entry], writes: writes(whole) })
  } catch (error) {
    // A key that another request took first: this answer stays here, but the register was asked, and that goes on record.
    if (error instanceof CommitConflict) await deps.unitOfWork.commit({ tenant, entries: [entry], writes: [] })
    throw error
  }
  return whole
}

/** Enters `error` as the result, makes it durable and throws it. */
export async function accountForError(
  deps: AccountDeps,
  request: RequestContext,
  step: AskedStep,
  error: unknown,
  facts: { readonly upstreamRef: string; readonly upstreamLatencyMs: number },
): Promise<never> {
  const result = codeOf(error, request)
  const entry = deps.accountability.enter({
    ...auditedStep(deps.clock, request, step),
    ...facts,
    result,
    httpStatus: deps.statusOf(error),
    response: canonicalJson({ code: result }),
  })
  await deps.unitOfWork.commit({ tenant: request.principal.tenant, entries: [entry], writes: [] })
  throw error
}

export const accountForFailure = (
  deps: AccountDeps,
  request: RequestContext,
  step: AskedStep,
  { error, upstreamRef, upstreamLatencyMs }: Failed,
): Promise<never> => accountForError(deps, request, step, error, { upstreamRef, upstreamLatencyMs })

function auditedStep(clock: Clock, request: RequestContext, { input, ...step }: AskedStep) {
  return {
    ...step,
    principal: request.principal,
    traceId: request.traceId,
    latencyMs: clock.monotonicMs() - request.startedAtMs,
    request: canonicalJson(input),
  }
}

function codeOf(error: unknown, { signal }: RequestContext): string {
  if (error instanceof UpstreamError || error instanceof GatewayError) return error.code
  return signal.aborted ? 'caller_gone' : 'internal_error'
}
