/** The `UpstreamError` a call ends with, as plain facts. Anything else it ends with fails the test. */
import { UpstreamError } from '#domain/errors.ts'

export interface UpstreamFailure {
  readonly code: string
  readonly fate: string
  readonly upstreamCode?: string
  readonly retryAfterSeconds?: number
}

export async function failureOf(call: Promise<unknown>): Promise<UpstreamFailure> {
  const error: unknown = await call.then(
    () => {
      throw new Error('the call succeeded')
    },
    (reason: unknown) => reason,
  )
  if (!(error instanceof UpstreamError)) throw error
  return {
    code: error.code,
    fate: error.fate,
    ...(error.upstreamCode !== undefined && { upstreamCode: error.upstreamCode }),
    ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
  }
}
