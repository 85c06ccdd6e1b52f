/**
 * Writes down what an observation does to a refund: the move, what it changes of the payment's balance, its event and its
 * audit entry in one commit. Refunds of one payment share its sequence: who comes second looks again.
 */
import type { AuditedStep } from '#domain/ports/accountability.ts'
import { CommitConflict, type Write } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { applyRefundMove, type RefundOfPayment } from './apply-refund.ts'
import { decideRefund, outlookOn, type RefundDecision } from './decide-refund.ts'
import type { PaymentsDeps } from './deps.ts'
import type { RefundObservation } from './refund-observation.ts'
import { refundStep } from './refund-steps.ts'
import { refundTransitionOn } from './refund-transitions.ts'
import { wakeRefundWhenDue } from './wake-when-due.ts'

export type RecordRefundDeps = Pick<
  PaymentsDeps,
  'payments' | 'refunds' | 'unitOfWork' | 'accountability' | 'jobs' | 'clock' | 'ids'
>

export interface RefundRecording {
  /** operationId of who looked. */
  readonly action: string
  readonly startedMs: number
  readonly request?: RequestContext
  /** A mere look does not disturb the schedule: only moves are written. */
  readonly movesOnly?: boolean
}

/** Other refunds of the same payment may be written in between; they are a handful. */
const maxTries = 20

/** What stands when all that follows from `seen` is written, by us or by who was faster. Rejects with `storage_unavailable`. */
export async function recordRefund(
  deps: RecordRefundDeps,
  known: RefundOfPayment,
  seen: RefundObservation,
  recording: RefundRecording,
): Promise<RefundOfPayment> {
  const first = await follow(deps, known, decideRefund(known.refund, seen, deps.clock.nowMs()), recording)
  if (first.kind !== 'moved') return first.present
  // The portal may have said two steps at once: accepted, and completed.
  const next = decideRefund(first.present.refund, seen, deps.clock.nowMs())
  if (seen.kind !== 'known' || next.kind !== 'move') return first.present
  return (await follow(deps, first.present, next, recording)).present
}

/** `approved` becomes `submitting` for one process only; `undefined` where another was faster. */
export async function takeUpRefund(
  deps: RecordRefundDeps,
  known: RefundOfPayment,
  recording: RefundRecording,
): Promise<RefundOfPayment | undefined> {
  const row = refundTransitionOn(known.refund.state, 'taken_up')
  if (row === undefined) return undefined
  const decision = { kind: 'move', row, learned: {}, outlook: outlookOn(row.to, deps.clock.nowMs()) } as const
  const taken = await follow(deps, known, decision, recording)
  return taken.kind === 'moved' ? taken.present : undefined
}

interface Followed {
  /** `left`: not moved by us. */
  readonly kind: 'moved' | 'left'
  readonly present: RefundOfPayment
}

/** Writes the decision, again and again while only the payment's other refunds get in between. */
async function follow(
  deps: RecordRefundDeps,
  known: RefundOfPayment,
  decision: RefundDecision,
  recording: RefundRecording,
): Promise<Followed> {
  let present = known
  for (let tries = 1; tries <= maxTries; tries += 1) {
    const written = await write(deps, present, decision, recording)
    if (written === undefined) return { kind: 'left', present }
    if (written !== 'outrun') return { kind: decision.kind === 'move' ? 'moved' : 'left', present: written }
    present = await readRefund(deps, present)
    // Somebody else's move: the decision was about the state before it.
    if (present.refund.version !== known.refund.version) return { kind: 'left', present }
  }
  return { kind: 'left', present }
}

export async function readRefund(
  { payments, refunds }: Pick<PaymentsDeps, 'payments' | 'refunds'>,
  { payment, refund }: RefundOfPayment,
): Promise<RefundOfPayment> {
  return {
    payment: (await payments.find(payment.tenant, payment.id)) ?? payment,
    refund: (await refunds.find(refund.tenant, refund.id)) ?? refund,
  }
}

/** `undefined`: there is nothing to write. */
async function write(
  deps: RecordRefundDeps,
  present: RefundOfPayment,
  decision: RefundDecision,
  recording: RefundRecording,
): Promise<RefundOfPayment | 'outrun' | undefined> {
  switch (decision.kind) {
    case 'rest':
      return undefined
    case 'wait':
    case 'resend':
      if (recording.movesOnly === true) return undefined
      return commit(deps, reschedule(present, decision), [])
    default: {
      const { row } = decision
      const moment = { eventId: deps.ids.next('evt'), nowMs: deps.clock.nowMs() }
      const applied = applyRefundMove(present, row, decision, moment)
      const latencyMs = deps.clock.monotonicMs() - recording.startedMs
      return commit(deps, applied, [refundStep(applied, { ...recording, row, learned: decision.learned, latencyMs })])
    }
  }
}

function reschedule(
  { payment, refund }: RefundOfPayment,
  { outlook }: Extract<RefundDecision, { kind: 'wait' | 'resend' }>,
): RefundOfPayment & { readonly write: Write } {
  const { dueAtMs: _, ...rest } = refund
  const due = outlook.dueAtMs === null ? {} : { dueAtMs: outlook.dueAtMs }
  const expected = { state: refund.state, version: refund.version }
  return {
    payment,
    refund: { ...rest, ...due, checks: outlook.checks },
    write: { kind: 'refund_schedule', schedule: { refundId: refund.id, expected, ...outlook } },
  }
}

async function commit(
  deps: RecordRefundDeps,
  { payment, refund, write }: RefundOfPayment & { readonly write: Write },
  steps: readonly AuditedStep[],
): Promise<RefundOfPayment | 'outrun'> {
  const entries = steps.map((step) => deps.accountability.enter(step))
  try {
    await deps.unitOfWork.commit({ tenant: refund.tenant, entries, writes: [write] })
  } catch (error) {
    if (error instanceof CommitConflict && error.conflict === 'stale') return 'outrun'
    throw error
  }
  wakeRefundWhenDue(deps, refund)
  return { payment, refund }
}
