/** Cases: what a person must look at, and the word of whoever did. */
import { refundCases, type Case, type CaseResolution, type ResolvedCase } from '#domain/case.ts'
import { GatewayError } from '#domain/errors.ts'
import type { Posting } from '#domain/journal.ts'
import type { CaseFilter } from '#domain/ports/reconciliation-stores.ts'
import type { Page, PageWish } from '#domain/ports/stores.ts'
import { CommitConflict, type Write } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { reconciliationStep } from './audited-steps.ts'
import type { ReconciliationDeps } from './deps.ts'
import { keyWrites, storedJson, type Keyed } from '#domain/keyed-answer.ts'

export interface ResolveCaseInput {
  readonly resolution: CaseResolution
  readonly note: string
  readonly reference?: string
}

export interface ManageCases {
  list(filter: CaseFilter, page: PageWish, request: RequestContext): Promise<Page<CaseView>>
  /** Throws `case_not_found`, `case_resolved`, `manual_refund_reference_required`. */
  resolve(id: string, input: ResolveCaseInput, request: RequestContext, keyed?: Keyed): Promise<CaseView>
}

type Deps = Pick<ReconciliationDeps, 'cases' | 'unitOfWork' | 'accountability' | 'clock' | 'livemode'>

export function createManageCases(deps: Deps): ManageCases {
  return {
    list: async (filter, { limit, after }, { principal: { tenant } }) => {
      const page = await deps.cases.list(tenant, filter, limit, after)
      return { ...page, items: page.items.map((one) => presentCase(one, deps.livemode(tenant))) }
    },
    resolve: async (id, input, request, keyed) => {
      const found = await deps.cases.find(request.principal.tenant, id)
      if (found === undefined) throw new GatewayError('case_not_found', 'no such case in the tenant')
      if (found.state === 'resolved') throw alreadyResolved()
      if (input.resolution === 'refunded_manually' && input.reference === undefined) {
        throw new GatewayError('manual_refund_reference_required', 'a manual refund names its transfer')
      }
      return resolveCase(deps, found, input, request, keyed)
    },
  }
}

const alreadyResolved = () => new GatewayError('case_resolved', 'somebody has resolved the case already')

async function resolveCase(
  deps: Deps,
  found: Case,
  input: ResolveCaseInput,
  request: RequestContext,
  keyed: Keyed | undefined,
): Promise<CaseView> {
  const { tenant, clientId } = request.principal
  const atMs = deps.clock.nowMs()
  const resolved = { ...input, by: clientId, atMs }
  const view = presentCase({ ...found, state: 'resolved', resolved }, deps.livemode(tenant))
  const answer = storedJson(200, view)
  const entry = deps.accountability.enter(
    reconciliationStep({
      tenant,
      request,
      action: 'resolveCase',
      result: `case_${input.resolution}`,
      connection: found.connection ?? '',
      input: JSON.stringify(input),
      output: answer.body,
      httpStatus: answer.status,
      latencyMs: deps.clock.monotonicMs() - request.startedAtMs,
    }),
  )
  try {
    await deps.unitOfWork.commit({
      tenant,
      entries: [entry],
      writes: [
        { kind: 'case_resolved', id: found.id, resolved },
        ...releasing(found, resolved),
        ...keyWrites(keyed, answer, atMs),
      ],
    })
    return view
  } catch (error) {
    if (error instanceof CommitConflict && error.conflict === 'stale') throw alreadyResolved()
    throw error
  }
}

/** Money that was taken twice lies in suspense until it went back, over there or by hand. An explanation moves none. */
function releasing({ id, kind, paymentId, details }: Case, { resolution, atMs }: ResolvedCase): readonly Write[] {
  const isHeld = kind === 'double_charge' || kind === 'paid_besides'
  if (!isHeld || paymentId === undefined || resolution === 'explained') return []
  const posting: Posting = {
    kind: 'suspense_released',
    paymentId,
    attemptId: String(details['attempt']),
    cites: id,
    amount: 'held',
    ...(kind === 'double_charge' ? { otherTransaction: String(details['otherTransactionId']) } : {}),
    postedAtMs: atMs,
  }
  return [{ kind: 'posting', posting }]
}

export function presentCase(one: Case, livemode: boolean) {
  const { id, kind, state, paymentId, connection, details, openedAtMs, resolved } = one
  return {
    id,
    kind,
    state,
    refundDue: refundCases.has(kind) && state === 'open',
    ...(paymentId === undefined ? {} : { paymentId }),
    ...(connection === undefined ? {} : { connection }),
    details,
    openedAt: new Date(openedAtMs).toISOString(),
    ...(resolved === undefined ? {} : { resolved: presentResolved(resolved) }),
    livemode,
  }
}

const presentResolved = ({ atMs, ...resolved }: NonNullable<Case['resolved']>) => ({
  ...resolved,
  at: new Date(atMs).toISOString(),
})

export type CaseView = ReturnType<typeof presentCase>
