/** One firm from the national business registration database, by its code. Its legal representatives are people and not part of this. */
import type { Business, BusinessAddress } from '#domain/business.ts'
import type { Clock, Ids } from '#domain/clock.ts'
import { GatewayError } from '#domain/errors.ts'
import { parseBusinessCode } from '#domain/identifiers.ts'
import type { BusinessRegistry } from '#domain/ports/business-registry.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { accountForAnswer, accountForError, accountForFailure, type AccountDeps, type AskedStep } from './account.ts'
import { askUpstream } from './ask-upstream.ts'

export interface FindBusinessDeps extends AccountDeps {
  readonly businessRegistry: (tenant: string) => BusinessRegistry | undefined
  readonly clock: Clock
  readonly ids: Pick<Ids, 'next'>
  /** False where the tenant's registry is a simulator. */
  readonly livemode: (tenant: string) => boolean
  /** How long the registry may take, repeats included (api.md: 8 s). */
  readonly deadlines: { readonly businessMs: number }
}

/** Plain JSON; `evidence` is its last member. */
export interface BusinessFound extends Business {
  /** `biz_…` */
  readonly id: string
  readonly source: {
    readonly system: 'business_registry'
    readonly dialect: string
    /** RFC 3339. */
    readonly retrievedAt: string
    /** True for an answer kept from earlier; this operation always asks. */
    readonly stale: boolean
  }
  readonly livemode: boolean
  /** Compact JWS over everything above. */
  readonly evidence: string
}

/**
 * Throws `invalid_business_code`, `code_not_allowed_in_url`, `upstream_not_configured`; once it is on record
 * `business_not_found` or the registry's `UpstreamError`; `storage_unavailable` when it cannot be put there.
 */
export function createFindBusiness(deps: FindBusinessDeps) {
  return async (code: string, request: RequestContext): Promise<BusinessFound> => {
    const businessCode = parseBusinessCode(code)
    const { tenant } = request.principal
    const registry = deps.businessRegistry(tenant)
    if (registry === undefined) {
      throw new GatewayError('upstream_not_configured', 'the tenant has no business registry')
    }
    const step: AskedStep = {
      kind: 'lookup',
      action: 'findBusiness',
      subject: { type: 'business', value: businessCode },
      categories: ['business'],
      upstream: 'business_registry',
      input: { code: businessCode },
    }
    const question = {
      upstream: 'business_registry',
      operation: 'findBusiness',
      timeoutMs: deps.deadlines.businessMs,
    } as const
    const asked = await askUpstream(deps, question, request, (call) => registry.findBusiness(businessCode, call))
    if (asked.kind === 'failed') return accountForFailure(deps, request, step, asked)

    const { answer: found, upstreamRef, upstreamLatencyMs } = asked
    if (found.kind === 'none') {
      const notFound = new GatewayError('business_not_found', 'the registry knows no such code')
      return accountForError(deps, request, step, notFound, { upstreamRef, upstreamLatencyMs })
    }
    const { dialect, retrievedAt } = found.source
    const answer = {
      id: deps.ids.next('biz'),
      ...shownOf(found.business),
      source: { system: 'business_registry', dialect, retrievedAt, stale: false },
      livemode: deps.livemode(tenant),
    } as const
    return accountForAnswer(deps, request, step, { answer, result: 'found', upstreamRef, upstreamLatencyMs })
  }
}

/** Member by member, in the order of api.md: whatever else a registry sends goes no further. */
const shownOf = (business: Business): Business =>
  present({
    code: business.code,
    kind: business.kind,
    name: business.name,
    foreignName: business.foreignName,
    shortName: business.shortName,
    legalForm: business.legalForm,
    status: business.status,
    statusText: business.statusText,
    suspendedFrom: business.suspendedFrom,
    suspendedUntil: business.suspendedUntil,
    registeredOn: business.registeredOn,
    lastChangedOn: business.lastChangedOn,
    changes: business.changes,
    headOffice: business.headOffice && shownAddressOf(business.headOffice),
    activities: business.activities.map(({ code, name, main }) => ({ code, name, main })),
    charterCapital: business.charterCapital,
  })

const shownAddressOf = ({ full, street, ward, district, province }: BusinessAddress): BusinessAddress =>
  present({ full, street, ward, district, province })

/** Absent is absent, not `undefined`: the object is the JSON. */
const present = <T extends object>(members: { [Name in keyof T]: T[Name] | undefined }): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T
