/** Talking to the portal about one attempt: a budget, a signal of its own, and trouble turned into an observation. */
import type { CallContext } from '#domain/call-context.ts'
import type { Clock, Ids } from '#domain/clock.ts'
import { before } from '#domain/deadline.ts'
import { UpstreamError } from '#domain/errors.ts'
import type { Log } from '#domain/log.ts'
import type { Attempt, Payment } from '#domain/payment.ts'
import { decide } from './decide.ts'
import type { PortalConnection } from './deps.ts'
import { openingTrouble, type Asking, type Observation, type Opening } from './observation.ts'

type Port = PortalConnection['port']

interface BudgetDeps {
  readonly clock: Clock
  readonly ids: Ids
}

interface Sending {
  /** On `Clock.monotonicMs`, fixed before the attempt was last seen: who was paused since must not send for a dead one. */
  readonly deadlineMs: number
  /** These bytes have never been sent before. */
  readonly isFirst: boolean
  readonly traceparent?: string
}

/** Sends INIT as prepared. Never rejects: whatever went wrong, the money step must be written down. */
export async function open(
  deps: BudgetDeps & { readonly port: Port; readonly log: Log },
  { portalReference, initBody }: Attempt,
  { deadlineMs, isFirst, traceparent }: Sending,
): Promise<Opening> {
  const { clock, port, log } = deps
  if (clock.monotonicMs() >= deadlineMs) return { kind: 'open_not_sent' }
  const prepared = { reference: portalReference, body: initBody }
  try {
    const send = (call: CallContext) => port.openTransaction(prepared, call)
    const { payUrl, vietQr } = await before(deps, deadlineMs, send, traceparent)
    return { kind: 'opened', payUrl, ...(vietQr === undefined ? {} : { vietQr }) }
  } catch (error) {
    if (!(error instanceof UpstreamError)) log.error({ operation: 'openTransaction', error }, 'unexpected trouble')
    return openingTrouble(error, isFirst)
  }
}

/** QUERY, where the dialect has one. Trouble with the portal is an observation; anything else is a fault of ours and rejects. */
export async function ask(port: Port, attempt: Attempt, call: CallContext): Promise<Asking> {
  if (port.findTransaction === undefined) return { kind: 'unaskable' }
  try {
    return await port.findTransaction({ reference: attempt.portalReference, issuedAtMs: attempt.issuedAtMs }, call)
  } catch (error) {
    if (error instanceof UpstreamError) return { kind: 'unasked' }
    throw error
  }
}

export interface Examined {
  /** As given, with the sighting of "not found" that led to sending INIT again. */
  readonly payment: Payment
  readonly seen: Observation
}

export interface Examination extends BudgetDeps {
  readonly port: Port
  readonly log: Log
  readonly budgets: { readonly initMs: number; readonly queryMs: number }
}

/** Asks, and sends the byte-identical INIT again where the answer allows it. Writes nothing. */
export async function examine(deps: Examination, payment: Payment): Promise<Examined> {
  const { clock, port, budgets } = deps
  const askUntilMs = clock.monotonicMs() + budgets.queryMs
  const seen = await before(deps, askUntilMs, (call) => ask(port, payment.attempt, call))
  const decision = decide(payment, seen, clock.nowMs())
  if (decision.kind !== 'resend') return { payment, seen }
  const { notFoundSinceMs } = decision.outlook
  const { notFoundSinceMs: _, ...attempt } = payment.attempt
  const sighted = { ...attempt, ...(notFoundSinceMs === null ? {} : { notFoundSinceMs }) }
  const resent = await open(deps, sighted, { deadlineMs: askUntilMs + budgets.initMs, isFirst: false })
  return { payment: { ...payment, attempt: sighted }, seen: resent }
}
