/** A call out of this house under a deadline of its own. */
import type { CallContext } from './call-context.ts'
import type { Clock, Ids } from './clock.ts'

/** Runs `call` with a signal that fires at `deadlineMs` (`Clock.monotonicMs`); nobody else can abort it. */
export async function before<T>(
  { clock, ids }: { readonly clock: Clock; readonly ids: Pick<Ids, 'next'> },
  deadlineMs: number,
  call: (context: CallContext) => Promise<T>,
  traceparent?: string,
): Promise<T> {
  const controller = new AbortController()
  const cancel = clock.schedule(deadlineMs - clock.monotonicMs(), () => controller.abort())
  const trace = traceparent === undefined ? {} : { traceparent }
  try {
    return await call({ requestId: ids.next('req'), ...trace, deadlineMs, signal: controller.signal })
  } finally {
    cancel()
  }
}
