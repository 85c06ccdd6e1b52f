/** Talking to the portal about one refund: a budget, and trouble turned into an observation. */
import type { CallContext } from '#domain/call-context.ts'
import { before } from '#domain/deadline.ts'
import { UpstreamError } from '#domain/errors.ts'
import type { Refund } from '#domain/refund.ts'
import { decideRefund } from './decide-refund.ts'
import type { PaymentBudgets, PaymentsDeps, PortalConnection } from './deps.ts'
import { refundTrouble, type RefundObservation } from './refund-observation.ts'

type CallDeps = Pick<PaymentsDeps, 'clock' | 'ids' | 'log'>

interface Sending {
  /** On `Clock.monotonicMs`, fixed before the refund was last seen. */
  readonly deadlineMs: number
  /** These bytes have never been sent before. */
  readonly isFirst: boolean
}

/** Sends REFUND as prepared. Never rejects: whatever went wrong, the money step must be written down. */
export async function sendRefund(
  deps: CallDeps & { readonly port: PortalConnection['port'] },
  { portalReference, refundReference, body }: Refund,
  { deadlineMs, isFirst }: Sending,
): Promise<RefundObservation> {
  const { port } = deps
  const send = port.refundTransaction?.bind(port)
  if (send === undefined || deps.clock.monotonicMs() >= deadlineMs) return { kind: 'not_sent' }
  const prepared = { reference: portalReference, refundReference, body }
  try {
    return await before(deps, deadlineMs, (call) => send(prepared, call))
  } catch (error) {
    if (!(error instanceof UpstreamError))
      deps.log.error({ operation: 'refundTransaction', error }, 'unexpected trouble')
    return refundTrouble(error, isFirst)
  }
}

/** QUERY_REFUND. Trouble with the portal is an observation; anything else is a fault of ours and rejects. */
export async function askAboutRefund(
  port: PortalConnection['port'],
  { portalReference, refundReference, issuedAtMs }: Refund,
  call: CallContext,
): Promise<RefundObservation> {
  if (port.findRefund === undefined) return { kind: 'unasked' }
  try {
    return await port.findRefund({ reference: portalReference, refundReference, issuedAtMs }, call)
  } catch (error) {
    if (error instanceof UpstreamError) return { kind: 'unasked' }
    throw error
  }
}

/** Asks, and sends the byte-identical REFUND again where the answer allows it. Writes nothing. */
export async function examineRefund(
  deps: CallDeps & { readonly port: PortalConnection['port']; readonly budgets: PaymentBudgets },
  refund: Refund,
): Promise<RefundObservation> {
  const { clock, port, budgets } = deps
  const askUntilMs = clock.monotonicMs() + budgets.queryMs
  const seen = await before(deps, askUntilMs, (call) => askAboutRefund(port, refund, call))
  if (decideRefund(refund, seen, clock.nowMs()).kind !== 'resend') return seen
  return sendRefund(deps, refund, { deadlineMs: askUntilMs + budgets.initMs, isFirst: false })
}
