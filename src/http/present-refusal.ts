/** A refusal as it will be sent, for a use case that stores its answers with the key (api.md, "Idempotency-Key"). */
import type { GatewayError } from '#domain/errors.ts'
import type { StoredAnswer } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { problemType, toProblem } from './problem.ts'

export const createPresentRefusal =
  (publicUrl: string) =>
  (refusal: GatewayError, { requestId, traceId, language = 'vi' }: RequestContext): StoredAnswer => {
    const problem = toProblem(refusal, { publicUrl, requestId, traceId, language, isKeyed: true })
    return { status: problem.status, contentType: problemType, body: JSON.stringify(problem) }
  }
