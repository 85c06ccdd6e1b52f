/**
 * Records an obligation and opens its first attempt. Two commits and one call between them: first everything that must
 * survive (payment, lines, attempt, event, key, audit entry), then INIT, then its outcome together with the answer's
 * bytes. If this process dies in between, the row says when somebody else is to look.
 */
import { canonicalJson } from '#domain/canonical-json.ts'
import { GatewayError } from '#domain/errors.ts'
import type { Payment } from '#domain/payment.ts'
import { CommitConflict, type StoredAnswer } from '#domain/ports/unit-of-work.ts'
import type { Client } from '#domain/principal.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { creationStep, refusalStep } from './audited-steps.ts'
import { checkOrder, unknownCollectingUnit, type CreatePaymentInput } from './check-order.ts'
import { conclude } from './conclude.ts'
import type { PaymentBudgets, PaymentsDeps, PortalConnection } from './deps.ts'
import { newPayment, takeOverMs } from './new-payment.ts'
import { open } from './portal-call.ts'
import { replay, type KeyedRequest } from './replay.ts'

interface CreatedPayment {
  /** `created`: decided by this request, be it 201 or a refusal that uses up the key. */
  readonly kind: 'created' | 'replayed'
  readonly answer: StoredAnswer
}

export type CreatePayment = (
  input: CreatePaymentInput,
  client: Pick<Client, 'returnOrigins'>,
  idempotency: KeyedRequest,
  request: RequestContext,
) => Promise<CreatedPayment>

/** One request through all its steps. */
interface Creation {
  readonly input: CreatePaymentInput
  /** Canonical, for digests. */
  readonly text: string
  readonly keyed: KeyedRequest
  readonly request: RequestContext
}

/** Beyond INIT's budget, how long a database that went away is waited for before answering without evidence. */
const patienceMs = 2_000

/** A reference or an obligation may become free, or a portal reference collide, between two tries; more is a fault. */
const maxTries = 3

/**
 * Throws before any work: `invalid_request`, `return_url_not_allowed`, `expiry_not_acceptable`,
 * `unknown_collecting_unit`, `upstream_not_configured`, `idempotency_key_reused`, `request_in_progress`,
 * `storage_unavailable`. `reference_exists` and `obligation_exists` are answers: stored, and given again.
 */
export function createCreatePayment(deps: PaymentsDeps, budgets: PaymentBudgets): CreatePayment {
  return async (input, client, keyed, request) => {
    const creation: Creation = { input, text: canonicalJson(input), keyed, request }
    // Taken before the row is written: a process that was paused in between must not send INIT for a row given up since.
    const deadlineMs = deps.clock.monotonicMs() + budgets.initMs
    const accepted = await acceptOrReplay(deps, creation, client)
    if (accepted.kind === 'replayed') return accepted
    const begun = await begin(deps, creation, accepted)
    if (begun.kind !== 'begun') return begun
    return { kind: 'created', answer: await finish(deps, creation, begun, deadlineMs) }
  }
}

type Accepted = {
  readonly kind: 'accepted'
  readonly unit: NonNullable<ReturnType<PaymentsDeps['unit']>>
  readonly portal: PortalConnection
}
type Replayed = { readonly kind: 'replayed'; readonly answer: StoredAnswer }

/** An order that was good once may be refused at its repetition, its `expiresAt` being past: the key goes first. */
async function acceptOrReplay(
  deps: PaymentsDeps,
  creation: Creation,
  client: Pick<Client, 'returnOrigins'>,
): Promise<Accepted | Replayed> {
  try {
    return accept(deps, creation, client)
  } catch (refusal) {
    const answer = await replay(deps, creation.keyed, creation.request, creation.text)
    if (answer === undefined) throw refusal
    return { kind: 'replayed', answer }
  }
}

function accept(deps: PaymentsDeps, { input, request }: Creation, client: Pick<Client, 'returnOrigins'>): Accepted {
  checkOrder(input, client, deps.clock.nowMs())
  const { tenant } = request.principal
  const unit = deps.unit(tenant, input.collectingUnit)
  if (unit === undefined) throw unknownCollectingUnit()
  const portal = deps.portal(tenant, unit.portal)
  if (portal === undefined) throw new GatewayError('upstream_not_configured', 'the unit names no portal of the tenant')
  return { kind: 'accepted', unit, portal }
}

interface Begun {
  readonly kind: 'begun'
  readonly payment: Payment
  readonly portal: PortalConnection
}

/** The first commit. A constraint that says no is answered from what stands in its way. */
async function begin(deps: PaymentsDeps, creation: Creation, accepted: Accepted): Promise<Begun | CreatedPayment> {
  for (let tries = 1; ; tries += 1) {
    try {
      return { kind: 'begun', payment: await commitNew(deps, creation, accepted), portal: accepted.portal }
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error
      const answered = await answerConflict(deps, creation, error)
      if (answered !== undefined) return answered
      if (tries === maxTries)
        throw new GatewayError('internal_error', 'the payment could not be begun', { cause: error })
    }
  }
}

async function commitNew(deps: PaymentsDeps, creation: Creation, { unit, portal }: Accepted): Promise<Payment> {
  const { clock, ids, accountability } = deps
  const { input, keyed, request, text } = creation
  const { principal } = request
  const nowMs = clock.nowMs()
  const { payment, event } = newPayment({ input, unit, codec: portal.codec, principal, ids, nowMs })
  const key = { ...keyed, resourceId: payment.id, runningUntilMs: nowMs + takeOverMs, createdAtMs: nowMs }
  await deps.unitOfWork.commit({
    tenant: principal.tenant,
    entries: [accountability.enter(creationStep(payment, request, text, clock.monotonicMs() - request.startedAtMs))],
    writes: [
      { kind: 'idempotency', row: key },
      { kind: 'payment', payment, event },
    ],
  })
  return payment
}

/** `undefined`: what stood in the way is gone, or was a chance collision. Try again. */
async function answerConflict(
  deps: PaymentsDeps,
  creation: Creation,
  { conflict }: CommitConflict,
): Promise<CreatedPayment | undefined> {
  const { input, keyed, request, text } = creation
  const { tenant } = request.principal
  switch (conflict) {
    case 'idempotency_key': {
      const answer = await replay(deps, keyed, request, text)
      return answer && { kind: 'replayed', answer }
    }
    case 'payment_reference': {
      const first = await deps.payments.findByReference(tenant, input.reference)
      return first && refuse(deps, creation, 'reference_exists', first.id)
    }
    case 'obligation': {
      const holder = await deps.payments.findHolder(tenant, input.dossierCode, input.lines)
      return holder === undefined ? undefined : refuse(deps, creation, 'obligation_exists', holder)
    }
    default:
      return undefined
  }
}

/** A refusal after the work began uses up the key: its bytes are stored and given again. */
async function refuse(
  deps: PaymentsDeps,
  creation: Creation,
  code: 'reference_exists' | 'obligation_exists',
  existing: string,
): Promise<CreatedPayment> {
  const { input, keyed, request, text } = creation
  const refusal = new GatewayError(code, 'another payment stands in the way', { details: { existing } })
  const answer = deps.presentRefusal(refusal, request)
  const { status, body } = answer
  const latencyMs = deps.clock.monotonicMs() - request.startedAtMs
  const { dossierCode, procedureCode } = input
  const step = refusalStep(request, { code, status, dossierCode, procedureCode, input: text, body, latencyMs })
  const nowMs = deps.clock.nowMs()
  try {
    await deps.unitOfWork.commit({
      tenant: request.principal.tenant,
      entries: [deps.accountability.enter(step)],
      writes: [{ kind: 'idempotency', row: { ...keyed, runningUntilMs: nowMs, createdAtMs: nowMs, answer } }],
    })
    return { kind: 'created', answer }
  } catch (error) {
    // Of two requests with one key that both met the obstacle, the other was faster; or the obstacle is the key's own work.
    const first = error instanceof CommitConflict ? await replay(deps, keyed, request, text) : undefined
    if (first === undefined) throw error
    return { kind: 'replayed', answer: first }
  }
}

/** INIT, then the second commit. The client may be gone: the work goes on. */
async function finish(deps: PaymentsDeps, creation: Creation, begun: Begun, deadlineMs: number): Promise<StoredAnswer> {
  const { clock } = deps
  const { payment, portal } = begun
  const { keyed, request, text } = creation
  const calledMs = clock.monotonicMs()
  const sending = { deadlineMs, isFirst: true, traceparent: request.traceparent }
  const seen = await open({ ...deps, port: portal.port }, payment.attempt, sending)
  return conclude(deps, {
    payment,
    seen,
    scope: keyed.scope,
    request,
    input: text,
    upstreamLatencyMs: clock.monotonicMs() - calledMs,
    patienceUntilMs: deadlineMs + patienceMs,
  })
}
