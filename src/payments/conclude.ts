/**
 * The answer to a step about a payment: made once, stored in the same commit as the move it tells of, and given again byte for byte.
 * Once the payment's row is durable this never refuses: the caller owes money work an answer it can act on.
 */
import { sleep } from '#domain/clock.ts'
import { GatewayError } from '#domain/errors.ts'
import type { Payment } from '#domain/payment.ts'
import {
  CommitConflict,
  type IdempotencyRecord,
  type IdempotencyScope,
  type StoredAnswer,
} from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { apply, type Applied } from './apply.ts'
import { answerStep } from './audited-steps.ts'
import { decide } from './decide.ts'
import type { PaymentsDeps } from './deps.ts'
import { takeOverMs } from './new-attempt.ts'
import type { Observation } from './observation.ts'
import { presentPayment } from './present-payment.ts'
import { commitApplied } from './record.ts'
import { replayPatienceMs } from './replay.ts'
import { wakeWhenDue } from './wake-when-due.ts'

export type ConcludeDeps = Pick<
  PaymentsDeps,
  'payments' | 'idempotency' | 'unitOfWork' | 'accountability' | 'cases' | 'clock' | 'jobs' | 'ids' | 'livemode' | 'log'
>

export interface Conclusion {
  /** operationId of the step that is answered. */
  readonly action: string
  readonly status: number
  readonly payment: Payment
  /** Absent where a dead process left only the row. */
  readonly seen?: Observation
  readonly scope: IdempotencyScope
  readonly request: RequestContext
  /** The request's canonical text, for the audit digest. */
  readonly input: string
  readonly upstreamLatencyMs?: number
  /** When the key was first used. */
  readonly begunAtMs: number
  /** On `Clock.monotonicMs`: until then a database that went away is waited for. */
  readonly patienceUntilMs: number
}

/** What became known while the answer was being stored. */
interface Progress {
  readonly payment: Payment
  /** Somebody else has answered this key: those bytes stand, only the move is still to be written. */
  readonly answered?: StoredAnswer
}

const retryDelayMs = 200
/** `patienceUntilMs` ends the waiting for a database; this ends losing to other writers, who are a handful in a whole life. */
const maxTries = 50

export async function conclude(deps: ConcludeDeps, conclusion: Conclusion): Promise<StoredAnswer> {
  let progress: Progress = { payment: conclusion.payment }
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await storeAnswer(deps, conclusion, progress)
      return mayHaveBeenOutrun(deps, conclusion, tries) ? await firstStored(deps, conclusion, answer) : answer
    } catch (error) {
      if (!isPassing(error)) deps.log.error({ operation: conclusion.action, error }, 'the answer could not be made')
      // The row is durable and says nothing false: an answer without evidence is still better than a problem.
      const isBeaten = error instanceof CommitConflict
      const isOver = isBeaten ? tries >= maxTries : deps.clock.monotonicMs() >= conclusion.patienceUntilMs
      if (isOver || !isPassing(error)) return unrecorded(deps, conclusion)
      if (!isBeaten) await sleep(deps.clock, retryDelayMs)
    }
    progress = await readBack(deps, conclusion, progress)
  }
}

/** A replay answers for a process it takes for dead, and a lost commit may have stored bytes of ours: then those stand. */
const mayHaveBeenOutrun = ({ clock }: ConcludeDeps, { begunAtMs }: Conclusion, tries: number): boolean =>
  tries > 1 || clock.nowMs() >= begunAtMs + takeOverMs

const firstStored = async (deps: ConcludeDeps, { scope }: Conclusion, answer: StoredAnswer): Promise<StoredAnswer> =>
  (await deps.idempotency.find(scope))?.answer ?? answer

async function storeAnswer(deps: ConcludeDeps, conclusion: Conclusion, progress: Progress): Promise<StoredAnswer> {
  const applied = applySeen(deps, conclusion, progress.payment)
  if (progress.answered !== undefined) {
    const { startedAtMs } = conclusion.request
    await commitApplied(deps, applied, { action: conclusion.action, startedMs: startedAtMs, movesOnly: true })
    return progress.answered
  }
  const { answer, entry } = await attested(deps, conclusion, applied)
  const move = applied.write === undefined ? [] : [applied.write]
  await deps.unitOfWork.commit({
    tenant: applied.payment.tenant,
    entries: [entry],
    writes: [...move, { kind: 'idempotency_answer', scope: conclusion.scope, answer }],
  })
  wakeWhenDue(deps, applied)
  return answer
}

/** What was seen is about one attempt: of another one, begun since, it says nothing. */
function applySeen({ clock, ids }: ConcludeDeps, { seen, payment: begun }: Conclusion, payment: Payment): Applied {
  if (seen === undefined || payment.attempt.id !== begun.attempt.id) return { payment }
  const nowMs = clock.nowMs()
  return apply(payment, decide(payment, seen, nowMs), { eventId: () => ids.next('evt'), nowMs })
}

/** The bytes to be sent: the payment with `evidence` as its last member, which speaks of the bytes before it. */
async function attested(deps: ConcludeDeps, conclusion: Conclusion, { payment, row }: Applied) {
  const view = presentPayment(payment, deps.livemode(payment.tenant))
  const { action, status, request, input, upstreamLatencyMs } = conclusion
  const step = answerStep(request, {
    action,
    payment,
    row,
    status,
    view: JSON.stringify(view),
    input,
    latencyMs: deps.clock.monotonicMs() - request.startedAtMs,
    ...(upstreamLatencyMs === undefined ? {} : { upstreamLatencyMs }),
  })
  const { entry, evidence } = await deps.accountability.attest(step)
  return { entry, answer: answerOf(status, { ...view, evidence }) }
}

const answerOf = (status: number, body: object): StoredAnswer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(body),
})

const unrecorded = ({ livemode }: ConcludeDeps, { status, payment }: Conclusion): StoredAnswer =>
  answerOf(status, presentPayment(payment, livemode(payment.tenant)))

export const isPassing = (error: unknown): boolean =>
  (error instanceof CommitConflict && error.conflict === 'stale') ||
  (error instanceof GatewayError && error.code === 'storage_unavailable')

/** Somebody was faster, or a commit's end is unknown: what stands now is the truth. */
async function readBack(deps: ConcludeDeps, { scope }: Conclusion, known: Progress): Promise<Progress> {
  try {
    const { tenant, id } = known.payment
    const payment = (await deps.payments.find(tenant, id)) ?? known.payment
    const answered = (await deps.idempotency.find(scope))?.answer
    return { payment, ...(answered === undefined ? {} : { answered }) }
  } catch (error) {
    if (isPassing(error)) return known
    throw error
  }
}

/** For a process that died: its payment as it stands by now. */
export async function concludeForTheDead(
  deps: ConcludeDeps,
  { scope, resourceId, createdAtMs }: IdempotencyRecord,
  asked: Pick<Conclusion, 'action' | 'status' | 'request' | 'input'>,
): Promise<StoredAnswer> {
  const payment = resourceId === undefined ? undefined : await deps.payments.find(scope.tenant, resourceId)
  if (payment === undefined) throw new GatewayError('internal_error', 'a key without an answer names no payment')
  const patienceUntilMs = deps.clock.monotonicMs() + replayPatienceMs
  return conclude(deps, { ...asked, payment, scope, begunAtMs: createdAtMs, patienceUntilMs })
}
