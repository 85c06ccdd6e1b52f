/**
 * Writes down what an observation does to an attempt: the move, its event and its audit entry in one commit, fenced by
 * the state and version that were seen. Who comes second changes nothing.
 */
import type { Clock, Ids } from '#domain/clock.ts'
import type { Money } from '#domain/money.ts'
import type { Payment } from '#domain/payment.ts'
import type { Accountability, AuditEntry } from '#domain/ports/accountability.ts'
import type { CaseOpener, NewCase } from '#domain/ports/case-opener.ts'
import type { JobQueue } from '#domain/ports/job-queue.ts'
import { CommitConflict, type AttemptMove, type UnitOfWork, type Write } from '#domain/ports/unit-of-work.ts'
import { apply, type Applied } from './apply.ts'
import { caseStep, moveStep } from './audited-steps.ts'
import { decide } from './decide.ts'
import { postingOfPaidBesides, postingOfSecondCharge } from './journal.ts'
import { doubleCharge, obligationPaidTwice, paidBesides } from './money-cases.ts'
import type { Observation } from './observation.ts'
import { wakeWhenDue } from './wake-when-due.ts'

export interface RecordDeps {
  readonly unitOfWork: UnitOfWork
  readonly accountability: Accountability
  readonly cases: CaseOpener
  readonly jobs: JobQueue
  readonly clock: Clock
  readonly ids: Ids
}

export interface Recording {
  /** operationId of who looked, for the audit log. */
  readonly action: string
  readonly startedMs: number
  /** What else belongs into the same commit. */
  readonly also?: (applied: Applied) => { readonly entries: readonly AuditEntry[]; readonly writes: readonly Write[] }
  /** A mere look does not disturb the schedule: only moves are written. */
  readonly movesOnly?: boolean
}

export type Recorded =
  | { readonly kind: 'written'; readonly payment: Payment }
  /** Somebody else moved the attempt, or settled what was to be settled. Nothing was written. */
  | { readonly kind: 'outrun' }
  /** A former attempt is paid, and another one of the payment is live or paid: the table has no place for both. A case says so; nothing moved. */
  | { readonly kind: 'paid_besides' }

/** Rejects with `GatewayError('storage_unavailable')`. */
export async function record(
  deps: RecordDeps,
  payment: Payment,
  seen: Observation,
  recording: Recording,
): Promise<Recorded> {
  const nowMs = deps.clock.nowMs()
  const second = secondTransactionOf(payment, seen)
  if (second !== undefined) {
    const found = doubleCharge(payment, second.transactionId)
    const isDong = second.currency === 'VND'
    const posting = postingOfSecondCharge(payment, { ...second, seenAtMs: nowMs })
    await openCase(deps, payment, found, recording, isDong ? [{ kind: 'posting', posting }] : [])
  }
  const decision = decide(payment, seen, nowMs)
  const applied = apply(payment, decision, { eventId: () => deps.ids.next('evt'), nowMs })
  return commitApplied(deps, applied, recording)
}

/** The same for what was decided already. */
export async function commitApplied(deps: RecordDeps, applied: Applied, recording: Recording): Promise<Recorded> {
  const isWanted = applied.row !== undefined || recording.movesOnly !== true
  const extra = recording.also?.(applied) ?? { entries: [], writes: [] }
  const own = applied.write === undefined || !isWanted ? [] : [applied.write]
  const writes = [...own, ...extra.writes]
  if (writes.length === 0) return { kind: 'written', payment: applied.payment }
  const { tenant } = applied.payment
  try {
    await deps.unitOfWork.commit({
      tenant,
      entries: [...moveEntries(deps, applied, recording), ...extra.entries],
      writes,
    })
    if (own.length > 0) wakeWhenDue(deps, applied)
    return { kind: 'written', payment: applied.payment }
  } catch (error) {
    if (!(error instanceof CommitConflict)) throw error
    if (error.conflict === 'obligation' && isTakingBack(applied)) {
      return commitApplied(deps, withoutObligation(applied), withCase(deps, recording))
    }
    if (error.conflict === 'stale') return { kind: 'outrun' }
    if (error.conflict === 'live_attempt' && applied.write?.kind === 'attempt_move' && applied.row?.to === 'paid') {
      return layBeside(deps, applied.payment, applied.write.move, recording)
    }
    throw error
  }
}

/**
 * The case, what is posted of it, and that nothing is left to ask, as long as the attempt is still where it was seen: the
 * live one may have died by now, and then this one can be paid after all.
 */
async function layBeside(
  deps: RecordDeps,
  payment: Payment,
  { attemptId, expected }: AttemptMove,
  recording: Recording,
): Promise<Recorded> {
  const schedule = { attemptId, expected, dueAtMs: null, checks: 0, notFoundSinceMs: null }
  try {
    await openCase(deps, payment, paidBesides(payment), recording, [
      { kind: 'posting', posting: postingOfPaidBesides(payment, deps.clock.nowMs()) },
      { kind: 'attempt_schedule', schedule },
    ])
    return { kind: 'paid_besides' }
  } catch (error) {
    if (error instanceof CommitConflict && error.conflict === 'stale') return { kind: 'outrun' }
    throw error
  }
}

interface SecondTransaction {
  readonly transactionId: string
  readonly amount: Money
  readonly currency: string
}

/** The portal tells of a paid attempt that another transaction paid it: it has charged twice. */
function secondTransactionOf({ attempt }: Payment, seen: Observation): SecondTransaction | undefined {
  if (attempt.state !== 'paid' || seen.kind !== 'known' || seen.standing !== 'paid') return undefined
  const { portalTransactionId: transactionId, amount, currency } = seen
  const isOther = attempt.portalTransactionId !== undefined && transactionId !== attempt.portalTransactionId
  return isOther && transactionId !== undefined ? { transactionId, amount, currency } : undefined
}

async function openCase(
  { cases, accountability, unitOfWork, clock }: RecordDeps,
  payment: Payment,
  found: NewCase,
  { action, startedMs }: Recording,
  besides: readonly Write[],
): Promise<void> {
  const step = caseStep(payment, { action, kind: found.kind, latencyMs: clock.monotonicMs() - startedMs })
  await unitOfWork.commit({
    tenant: payment.tenant,
    entries: [accountability.enter(step)],
    writes: [...cases.open(found), ...besides],
  })
}

const withCase = ({ cases }: RecordDeps, recording: Recording): Recording => ({
  ...recording,
  also: (applied) => {
    const others = recording.also?.(applied) ?? { entries: [], writes: [] }
    return { ...others, writes: [...others.writes, ...cases.open(obligationPaidTwice(applied.payment))] }
  },
})

function moveEntries(
  deps: RecordDeps,
  { payment, row, write }: Applied,
  { action, startedMs }: Recording,
): AuditEntry[] {
  if (row === undefined || write?.kind !== 'attempt_move') return []
  const { event, holdsObligation } = write.move
  const answerSha256 = event.portalRecord?.answerSha256
  const step = moveStep(payment, {
    action,
    row,
    ...(holdsObligation || row.to !== 'paid' ? {} : { result: 'paid_late_obligation_taken' }),
    ...(answerSha256 === undefined ? {} : { answerSha256 }),
    latencyMs: deps.clock.monotonicMs() - startedMs,
  })
  return [deps.accountability.enter(step)]
}

/**
 * A dead attempt turned out paid while another payment already collects the obligation: the payer paid twice. The fact
 * is written all the same; only the lock stays where it is, and a case asks for the refund that must follow.
 */
const isTakingBack = ({ row, write }: Applied): boolean =>
  row?.correction === 'paid_late' && write?.kind === 'attempt_move' && write.move.holdsObligation

function withoutObligation(applied: Applied): Applied {
  const { write } = applied
  if (write?.kind !== 'attempt_move') return applied
  return { ...applied, write: { ...write, move: { ...write.move, holdsObligation: false } } }
}
