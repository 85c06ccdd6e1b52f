/**
 * Travels with every call to a port. `resilience/protect` derives one per attempt, with a tighter deadline and a
 * signal of its own: aborting one attempt never touches its neighbours.
 */
export interface CallContext {
  /** Unique per attempt; goes upstream where the upstream wants a request id (`MaYeuCau`). At most 36 characters. */
  readonly requestId: string
  /** W3C trace context to send on, if there is one. */
  readonly traceparent?: string
  /** On `Clock.monotonicMs`. No attempt may outlive it. */
  readonly deadlineMs: number
  /** Aborts when the deadline passes or the caller is gone. */
  readonly signal: AbortSignal
}
