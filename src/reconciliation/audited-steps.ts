/** The steps of reconciliation in the words of the audit log. `httpStatus` 0: nobody was answered. */
import type { AuditedStep } from '#domain/ports/accountability.ts'
import type { RequestContext } from '#domain/request-context.ts'

export interface ReconciliationStep {
  readonly tenant: string
  /** Absent where a job acts. */
  readonly request?: RequestContext
  /** operationId. */
  readonly action: string
  readonly result: string
  readonly connection: string
  /** What was given and what came of it, in our ids, dates and counts. */
  readonly input: string
  readonly output: string
  readonly httpStatus?: number
  readonly latencyMs: number
}

export const reconciliationStep = (step: ReconciliationStep): AuditedStep => ({
  kind: 'recon',
  action: step.action,
  principal: step.request?.principal ?? { tenant: step.tenant, clientId: 'system' },
  ...(step.request === undefined ? {} : { traceId: step.request.traceId }),
  categories: [],
  upstream: 'payment_portal',
  upstreamRef: step.connection,
  result: step.result,
  httpStatus: step.httpStatus ?? 0,
  latencyMs: step.latencyMs,
  request: step.input,
  response: step.output,
})
