/**
 * Records an obligation and opens its first attempt. Two commits and one call between them: first everything that must
 * survive (payment, lines, attempt, event, key, audit entry), then INIT, then its outcome together with the answer's
 * bytes. If this process dies in between, the row says when somebody else is to look.
 */
import { canonicalJson } from '#domain/canonical-json.ts'
import { GatewayError } from '#domain/errors.ts'
import type { Payment } from '#domain/payment.ts'
import { CommitConflict } from '#domain/ports/unit-of-work.ts'
import type { Client } from '#domain/principal.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { dateInVietnam } from '#domain/vietnam-date.ts'
import { begunStep } from './audited-steps.ts'
import { checkFees } from './check-fees.ts'
import { checkOrder, unknownCollectingUnit, type CreatePaymentInput } from './check-order.ts'
import { concludeForTheDead } from './conclude.ts'
import type { PaymentBudgets, PaymentsDeps, PortalConnection } from './deps.ts'
import { takeOverMs } from './new-attempt.ts'
import { newPayment } from './new-payment.ts'
import { openAndAnswer } from './open-and-answer.ts'
import type { KeyedRequest } from './replay.ts'
import { replayed, undertake, type Answered, type Beginning, type Keyed, type Refused } from './undertake.ts'

export type CreatePayment = (
  input: CreatePaymentInput,
  client: Pick<Client, 'returnOrigins'>,
  idempotency: KeyedRequest,
  request: RequestContext,
) => Promise<Answered>

const action = 'createPayment'
const status = 201

/**
 * Throws before any work: `invalid_request`, `return_url_not_allowed`, `expiry_not_acceptable`,
 * `unknown_collecting_unit`, `fee_not_in_catalogue`, `upstream_not_configured`, `idempotency_key_reused`, `request_in_progress`,
 * `storage_unavailable`. `reference_exists` and `obligation_exists` are answers: stored, and given again.
 */
export function createCreatePayment(deps: PaymentsDeps, budgets: PaymentBudgets): CreatePayment {
  return async (input, client, keyed, request) => {
    const text = canonicalJson(input)
    // Taken before the row is written: a process that was paused in between must not send INIT for a row given up since.
    const deadlineMs = deps.clock.monotonicMs() + budgets.initMs
    const keyedStep: Keyed = {
      keyed,
      answerForTheDead: (record) => concludeForTheDead(deps, record, { action, status, request, input: text }),
    }
    const accepted = acceptOrRefusal(deps, input, client, request)
    if (accepted.kind === 'refused') {
      // An order that was good once may be refused at its repetition, its `expiresAt` being past: the key goes first.
      const answered = await replayed(deps, keyedStep)
      if (answered === undefined) throw accepted.refusal
      return answered
    }
    return undertake(deps, {
      ...keyedStep,
      action,
      request,
      text,
      begin: () => begin(deps, { input, text, keyed, request }, accepted),
      finish: (begun) => openAndAnswer(deps, { ...begun, action, status, keyed, request, text, deadlineMs }),
    })
  }
}

interface Accepted {
  readonly kind: 'accepted'
  readonly unit: NonNullable<ReturnType<PaymentsDeps['unit']>>
  readonly portal: PortalConnection
}

interface Begun {
  readonly payment: Payment
  readonly portal: PortalConnection
}

function acceptOrRefusal(
  deps: PaymentsDeps,
  input: CreatePaymentInput,
  client: Pick<Client, 'returnOrigins'>,
  { principal: { tenant } }: RequestContext,
): Accepted | { readonly kind: 'refused'; readonly refusal: unknown } {
  try {
    checkOrder(input, client, deps.clock.nowMs())
    const unit = deps.unit(tenant, input.collectingUnit)
    if (unit === undefined) throw unknownCollectingUnit()
    const catalogue = deps.feeCatalogue(tenant)
    if (catalogue !== undefined) checkFees(input, catalogue, dateInVietnam(deps.clock.nowMs()))
    const portal = deps.portal(tenant, unit.portal)
    if (portal === undefined)
      throw new GatewayError('upstream_not_configured', 'the unit names no portal of the tenant')
    return { kind: 'accepted', unit, portal }
  } catch (refusal) {
    return { kind: 'refused', refusal }
  }
}

interface Creation {
  readonly input: CreatePaymentInput
  /** Canonical, for digests. */
  readonly text: string
  readonly keyed: KeyedRequest
  readonly request: RequestContext
}

/** The first commit. A constraint that says no is answered from what stands in its way. */
async function begin(deps: PaymentsDeps, creation: Creation, accepted: Accepted): Promise<Beginning<Begun>> {
  try {
    const payment = await commitNew(deps, creation, accepted)
    return { kind: 'begun', begun: { payment, portal: accepted.portal } }
  } catch (error) {
    const refused = error instanceof CommitConflict ? await refusedBy(deps, creation, error) : undefined
    if (refused === undefined) throw error
    return refused
  }
}

async function commitNew(deps: PaymentsDeps, creation: Creation, { unit, portal }: Accepted): Promise<Payment> {
  const { clock, ids, accountability } = deps
  const { input, keyed, request, text } = creation
  const { principal } = request
  const nowMs = clock.nowMs()
  const { payment, event } = newPayment({ input, unit, codec: portal.codec, principal, ids, nowMs })
  const key = { ...keyed, resourceId: payment.id, runningUntilMs: nowMs + takeOverMs, createdAtMs: nowMs }
  const latencyMs = clock.monotonicMs() - request.startedAtMs
  const result = 'payment_created'
  const step = begunStep(request, {
    action,
    payment,
    result,
    categories: ['payer'],
    from: 'none',
    input: text,
    latencyMs,
  })
  await deps.unitOfWork.commit({
    tenant: principal.tenant,
    entries: [accountability.enter(step)],
    writes: [
      { kind: 'idempotency', row: key },
      { kind: 'payment', payment, event },
    ],
  })
  return payment
}

/** `undefined`: what stood in the way is gone, or was a chance collision, or is the key itself. */
async function refusedBy(
  deps: PaymentsDeps,
  { input, request }: Creation,
  { conflict }: CommitConflict,
): Promise<Refused | undefined> {
  const { tenant } = request.principal
  const { dossierCode, procedureCode } = input
  const refused = (code: 'reference_exists' | 'obligation_exists', existing: string): Refused => ({
    kind: 'refused',
    refusal: new GatewayError(code, 'another payment stands in the way', { details: { existing } }),
    dossierCode,
    procedureCode,
  })
  switch (conflict) {
    case 'payment_reference': {
      const first = await deps.payments.findByReference(tenant, input.reference)
      return first && refused('reference_exists', first.id)
    }
    case 'obligation': {
      const holder = await deps.payments.findHolder(tenant, dossierCode, input.lines)
      return holder === undefined ? undefined : refused('obligation_exists', holder)
    }
    default:
      return undefined
  }
}
