/**
 * One attempt: its own deadline, its own AbortSignal. opossum's shared abort controller would let one time-out abort
 * a healthy neighbour, and undici's and axios's own timers overshoot by up to half a second.
 */
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'
import { UpstreamError, type UpstreamSystem } from '#domain/errors.ts'

/** After the abort an adapter has this long to say what became of the call; then we say `unknown` for it. */
const graceMs = 40

export interface AttemptOptions {
  readonly clock: Clock
  readonly system: UpstreamSystem
  readonly operation: string
  readonly timeoutMs: number
}

export async function runAttempt<T>(
  call: CallContext,
  { clock, system, operation, timeoutMs }: AttemptOptions,
  run: (call: CallContext) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const budgetMs = Math.min(timeoutMs, call.deadlineMs - clock.monotonicMs())
  const timedOut = (): UpstreamError =>
    new UpstreamError('upstream_timeout', `no answer within ${Math.round(budgetMs)} ms`, {
      upstream: system,
      operation,
      fate: 'unknown',
    })

  let cancelGrace: (() => void) | undefined
  const cancelTimer = { now: () => {} }
  const overdue = new Promise<never>((_, reject) => {
    cancelTimer.now = clock.schedule(budgetMs, () => {
      const error = timedOut()
      controller.abort(error)
      cancelGrace = clock.schedule(graceMs, () => reject(error))
    })
  })
  const onCallerGone = () => controller.abort(call.signal.reason)
  if (call.signal.aborted) onCallerGone()
  else call.signal.addEventListener('abort', onCallerGone, { once: true })

  const attempt: CallContext = {
    ...call,
    deadlineMs: clock.monotonicMs() + budgetMs,
    signal: controller.signal,
  }
  try {
    return await Promise.race([run(attempt), overdue])
  } finally {
    cancelTimer.now()
    cancelGrace?.()
    call.signal.removeEventListener('abort', onCallerGone)
  }
}
