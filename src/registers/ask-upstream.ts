/** One question to an upstream, with a deadline, a signal and an id of its own, and what became of it as a value. */
import type { CallContext } from '#domain/call-context.ts'
import type { Clock, Ids } from '#domain/clock.ts'
import { UpstreamError, type UpstreamSystem } from '#domain/errors.ts'
import type { RequestContext } from '#domain/request-context.ts'

export interface Question {
  readonly upstream: UpstreamSystem
  /** The port's operation, e.g. `findPerson`. */
  readonly operation: string
  readonly timeoutMs: number
}

/** Failures are values here, because they must be accounted for before they leave. */
export type Asked<T> = Failed | ({ readonly kind: 'answered'; readonly answer: T } & Call)

export interface Failed extends Call {
  readonly kind: 'failed'
  readonly error: unknown
}

interface Call {
  /** Our id of the call; repeats of it add `.2`, `.3`. */
  readonly upstreamRef: string
  readonly upstreamLatencyMs: number
}

export async function askUpstream<T>(
  { clock, ids }: { readonly clock: Clock; readonly ids: Pick<Ids, 'next'> },
  question: Question,
  request: RequestContext,
  ask: (call: CallContext) => Promise<T>,
): Promise<Asked<T>> {
  const startedMs = clock.monotonicMs()
  const requestId = ids.next('req')
  const limit = limitCall(clock, question, request.signal)
  const { traceparent } = request
  const call = { requestId, traceparent, deadlineMs: startedMs + question.timeoutMs, signal: limit.signal }
  const facts = () => ({ upstreamRef: requestId, upstreamLatencyMs: clock.monotonicMs() - startedMs })
  try {
    const answer = await ask(call)
    return { kind: 'answered', answer, ...facts() }
  } catch (error) {
    return { kind: 'failed', error, ...facts() }
  } finally {
    limit.lift()
  }
}

/** A signal that aborts when the deadline passes or the caller is gone; `lift` leaves neither timer nor listener behind. */
function limitCall(
  clock: Clock,
  { upstream, operation, timeoutMs }: Question,
  caller: AbortSignal,
): { readonly signal: AbortSignal; lift(): void } {
  const controller = new AbortController()
  const cancelTimer = clock.schedule(timeoutMs, () =>
    controller.abort(
      new UpstreamError('upstream_timeout', `no answer within ${timeoutMs} ms`, {
        upstream,
        operation,
        fate: 'unknown',
      }),
    ),
  )
  const onCallerGone = () => controller.abort(caller.reason)
  if (caller.aborted) onCallerGone()
  else caller.addEventListener('abort', onCallerGone, { once: true })
  return {
    signal: controller.signal,
    lift: () => {
      cancelTimer()
      caller.removeEventListener('abort', onCallerGone)
    },
  }
}
