/** What is done to endpoints and deliveries, in the words of the audit log: who says where events go is worth knowing later. */
import type { AuditedStep } from '#domain/ports/accountability.ts'
import type { Clock } from '#domain/clock.ts'
import type { RequestContext } from '#domain/request-context.ts'

export const webhookStep = (
  { principal, traceId, startedAtMs }: RequestContext,
  clock: Clock,
  step: {
    /** operationId. */
    readonly action: string
    readonly result: string
    readonly httpStatus: number
    readonly input: string
    readonly output: string
  },
): AuditedStep => ({
  kind: 'admin',
  action: step.action,
  principal,
  traceId,
  categories: [],
  result: step.result,
  httpStatus: step.httpStatus,
  latencyMs: clock.monotonicMs() - startedAtMs,
  request: step.input,
  response: step.output,
})
