/**
 * A money step under its Idempotency-Key: what must survive is committed together with the key, then the portal is
 * called, then the answer's bytes are stored. A repeated key is answered with those bytes; a refusal uses the key up too.
 */
import { GatewayError } from '#domain/errors.ts'
import { CommitConflict, type IdempotencyRecord, type StoredAnswer, type Write } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { refusalStep } from './audited-steps.ts'
import type { PaymentsDeps } from './deps.ts'
import { replay, type KeyedRequest } from './replay.ts'

export interface Answered {
  /** `created`: decided by this request, be it a success or a refusal that uses up the key. */
  readonly kind: 'created' | 'replayed'
  readonly answer: StoredAnswer
}

export type Beginning<Begun> = { readonly kind: 'begun'; readonly begun: Begun } | Refused

/** Decided after the work began: stored, and given again. */
export interface Refused {
  readonly kind: 'refused'
  readonly refusal: GatewayError
  /** For the audit log. */
  readonly dossierCode: string
  readonly procedureCode: string
  /** What the refusal leaves to a person, in its commit. */
  readonly cases?: readonly Write[]
}

/** What a repetition of the key needs. */
export interface Keyed {
  readonly keyed: KeyedRequest
  /** The process that began died before it answered. */
  answerForTheDead(record: IdempotencyRecord): Promise<StoredAnswer>
}

export interface Undertaking<Begun> extends Keyed {
  /** operationId. */
  readonly action: string
  readonly request: RequestContext
  /** The request's canonical text, for the audit digest. */
  readonly text: string
  /**
   * Looks, decides, and commits what must survive together with the key's row. Rejects with `CommitConflict` where
   * somebody was faster: then it is begun anew, from what stands by then.
   */
  begin(): Promise<Beginning<Begun>>
  /** Never refuses: the caller owes money work an answer it can act on. */
  finish(begun: Begun): Promise<StoredAnswer>
}

/** Obstacles may be gone, or a portal reference collide, between two tries; more is a fault. */
const maxTries = 20

export type UndertakingDeps = Pick<
  PaymentsDeps,
  'idempotency' | 'unitOfWork' | 'accountability' | 'clock' | 'presentRefusal'
>

/** The key goes first: what was good once may be refused at its repetition. */
export const undertakeUnlessAnswered = async <Begun>(
  deps: UndertakingDeps,
  undertaking: Undertaking<Begun>,
): Promise<Answered> => (await replayed(deps, undertaking)) ?? undertake(deps, undertaking)

/** For steps whose first commit finds a used key by itself, which spares the busiest of them a look. */
export async function undertake<Begun>(deps: UndertakingDeps, undertaking: Undertaking<Begun>): Promise<Answered> {
  const beginning = await begin(deps, undertaking)
  switch (beginning.kind) {
    case 'replayed':
      return beginning
    case 'refused':
      return refuse(deps, undertaking, beginning)
    default:
      return { kind: 'created', answer: await undertaking.finish(beginning.begun) }
  }
}

/** The stored answer of the key; `undefined` where it was never used. */
export async function replayed(
  deps: UndertakingDeps,
  { keyed, answerForTheDead }: Keyed,
): Promise<(Answered & { readonly kind: 'replayed' }) | undefined> {
  const answer = await replay(deps, keyed, answerForTheDead)
  return answer && { kind: 'replayed', answer }
}

async function begin<Begun>(
  deps: UndertakingDeps,
  undertaking: Undertaking<Begun>,
): Promise<Beginning<Begun> | (Answered & { readonly kind: 'replayed' })> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await undertaking.begin()
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error
      const answered = error.conflict === 'idempotency_key' ? await replayed(deps, undertaking) : undefined
      if (answered !== undefined) return answered
      if (tries === maxTries) throw new GatewayError('internal_error', 'the step could not be begun', { cause: error })
    }
  }
}

async function refuse<Begun>(
  deps: UndertakingDeps,
  undertaking: Undertaking<Begun>,
  { refusal, dossierCode, procedureCode, cases = [] }: Refused,
): Promise<Answered> {
  const { action, keyed, request, text } = undertaking
  const answer = deps.presentRefusal(refusal, request)
  const step = refusalStep(request, {
    action,
    code: refusal.code,
    status: answer.status,
    dossierCode,
    procedureCode,
    input: text,
    body: answer.body,
    latencyMs: deps.clock.monotonicMs() - request.startedAtMs,
  })
  const nowMs = deps.clock.nowMs()
  try {
    await deps.unitOfWork.commit({
      tenant: request.principal.tenant,
      entries: [deps.accountability.enter(step)],
      writes: [{ kind: 'idempotency', row: { ...keyed, runningUntilMs: nowMs, createdAtMs: nowMs, answer } }, ...cases],
    })
    return { kind: 'created', answer }
  } catch (error) {
    // Of two requests with one key that both met the obstacle, the other was faster; or the obstacle is the key's own work.
    const first = error instanceof CommitConflict ? await replayed(deps, undertaking) : undefined
    if (first === undefined) throw error
    return first
  }
}
