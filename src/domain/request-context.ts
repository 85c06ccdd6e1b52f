import type { Principal } from './principal.ts'

/** One request as use cases see it; made by the HTTP layer, never by hand elsewhere. */
export interface RequestContext {
  /** `req_…`; the `X-Request-Id` of the answer. */
  readonly requestId: string
  readonly principal: Principal
  /** W3C traceparent to send on. */
  readonly traceparent: string
  readonly traceId: string
  /** Of the words in refusals that are stored and given again; `vi` where absent. */
  readonly language?: 'vi' | 'en'
  /** On `Clock.monotonicMs`, when the request's head arrived. */
  readonly startedAtMs: number
  /** Aborts when the client is gone. Money steps ignore it once their row is committed. */
  readonly signal: AbortSignal
}
