/** The second half of opening an attempt: INIT, then its outcome and the answer in one commit. The client may be gone: the work goes on. */
import type { Payment } from '#domain/payment.ts'
import type { StoredAnswer } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { conclude } from './conclude.ts'
import type { PaymentsDeps, PortalConnection } from './deps.ts'
import { open } from './portal-call.ts'
import type { KeyedRequest } from './replay.ts'

export interface Opened {
  readonly payment: Payment
  readonly portal: PortalConnection
  /** operationId of the step that began it. */
  readonly action: string
  readonly status: number
  readonly keyed: KeyedRequest
  readonly request: RequestContext
  /** The request's canonical text. */
  readonly text: string
  /** On `Clock.monotonicMs`, taken before the attempt was written. */
  readonly deadlineMs: number
}

/** Beyond INIT's budget, how long a database that went away is waited for before answering without evidence. */
const patienceMs = 2_000

export async function openAndAnswer(deps: PaymentsDeps, opened: Opened): Promise<StoredAnswer> {
  const { clock } = deps
  const { payment, portal, action, status, keyed, request, text, deadlineMs } = opened
  const calledMs = clock.monotonicMs()
  const sending = { deadlineMs, isFirst: true, traceparent: request.traceparent }
  const seen = await open({ ...deps, port: portal.port }, payment.attempt, sending)
  return conclude(deps, {
    action,
    status,
    payment,
    seen,
    request,
    scope: keyed.scope,
    input: text,
    upstreamLatencyMs: clock.monotonicMs() - calledMs,
    begunAtMs: payment.attempt.issuedAtMs,
    patienceUntilMs: deadlineMs + patienceMs,
  })
}
