/**
 * Compares what a citizen declared with the population database. The register's values are looked at here and go no
 * further: what leaves is a verdict for each declared attribute, never the attribute.
 */
import type { Clock, Ids } from '#domain/clock.ts'
import { GatewayError } from '#domain/errors.ts'
import type { PersonAnswer } from '#domain/person.ts'
import type { PopulationRegister } from '#domain/ports/population-register.ts'
import type { IdempotencyScope, Write } from '#domain/ports/unit-of-work.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { comparePerson, declaredAttributes, overallOf, type DeclaredPerson } from '#matching/compare-person.ts'
import { accountForAnswer, accountForFailure, type AccountDeps, type AskedStep } from './account.ts'
import { askUpstream } from './ask-upstream.ts'
import { readDeclaration } from './declaration.ts'
import type { IdentityVerification, VerifyIdentityInput } from './identity-verification.ts'

export interface VerifyIdentityDeps extends AccountDeps {
  readonly population: (tenant: string) => PopulationRegister | undefined
  readonly clock: Clock
  readonly ids: Pick<Ids, 'next'>
  /** False where the tenant's population database is a simulator. */
  readonly livemode: (tenant: string) => boolean
  /** How long the register may take, repeats included (api.md: 10 s). */
  readonly deadlines: { readonly verifyMs: number }
}

/** An Idempotency-Key the client sent: kept with the answer, for the answer holds no personal data. */
export interface KeptKey {
  readonly scope: IdempotencyScope
  readonly fingerprint: string
}

/**
 * Throws `purpose_required`, `invalid_personal_id`, `invalid_request`, `upstream_not_configured`, the register's
 * `UpstreamError` once it is on record, and `storage_unavailable` when it cannot be put there. With a key a race rejects with
 * `CommitConflict('idempotency_key')`. No answer of the register is trouble: nobody found, deceased and changed are outcomes.
 */
export function createVerifyIdentity(deps: VerifyIdentityDeps) {
  return async (
    input: VerifyIdentityInput,
    request: RequestContext,
    idempotency?: KeptKey,
  ): Promise<IdentityVerification> => {
    const { query, declared, warnings } = readDeclaration(input)
    const { tenant, clientId } = request.principal
    const population = deps.population(tenant)
    if (population === undefined) {
      throw new GatewayError('upstream_not_configured', 'the tenant has no population database')
    }
    const step: AskedStep = {
      kind: 'verify',
      action: 'verifyIdentity',
      subject: { type: 'person', value: query.key.value },
      purpose: query.purpose,
      procedureCode: query.purpose.procedureCode,
      dossierCode: query.purpose.dossierCode,
      categories: declaredAttributes(declared),
      upstream: 'population',
      input,
    }
    const question = { upstream: 'population', operation: 'findPerson', timeoutMs: deps.deadlines.verifyMs } as const
    const asked = await askUpstream(deps, question, request, (call) => population.findPerson(query, call))
    if (asked.kind === 'failed') return accountForFailure(deps, request, step, asked)

    const { source } = asked.answer
    const nowMs = deps.clock.nowMs()
    const answer = {
      id: deps.ids.next('ver'),
      ...judge(declared, asked.answer),
      warnings,
      source: {
        system: 'population',
        dialect: source.dialect,
        requestId: source.requestId,
        ...(source.dataAsOf !== undefined && { dataAsOf: source.dataAsOf }),
      },
      checkedAt: new Date(nowMs).toISOString(),
      livemode: deps.livemode(tenant),
    } as const
    const { upstreamLatencyMs } = asked
    // The register's own word for which call it answered: a repeat has another id than the first try.
    const facts = { answer, result: answer.outcome, upstreamRef: source.requestId, upstreamLatencyMs }
    return accountForAnswer(deps, request, step, facts, (whole) => kept(whole, { clientId, nowMs, idempotency }))
  }
}

type Judgement = Pick<IdentityVerification, 'outcome' | 'reason' | 'verdicts' | 'hints'>

/** A death and a changed number are facts about the number found, whatever else was declared. */
function judge(declared: DeclaredPerson, answer: PersonAnswer): Judgement {
  if (answer.kind === 'none') return { outcome: 'no_record', reason: 'keys_match_nobody', verdicts: {} }
  const { person, source } = answer
  if (person.standing === 'number_changed') return { outcome: 'no_record', reason: 'number_changed', verdicts: {} }
  const { verdicts, hints } = comparePerson(declared, person, source.dataAsOf)
  return {
    outcome: person.standing === 'deceased' ? 'deceased' : overallOf(verdicts),
    verdicts,
    ...(verdicts.fullName === 'mismatch' && { hints }),
  }
}

/** The text stored is the text sent, for `GET` and for a repeated key alike. */
function kept(
  verification: IdentityVerification,
  by: { readonly clientId: string; readonly nowMs: number; readonly idempotency: KeptKey | undefined },
): readonly Write[] {
  const { clientId, nowMs, idempotency } = by
  const text = JSON.stringify(verification)
  const { id, outcome } = verification
  const row = { id, clientId, outcome, answer: text, createdAtMs: nowMs }
  if (idempotency === undefined) return [{ kind: 'verification', row }]
  const answer = { status: 200, contentType: 'application/json', body: text }
  const record = { ...idempotency, resourceId: id, runningUntilMs: nowMs, createdAtMs: nowMs, answer }
  return [
    { kind: 'verification', row },
    { kind: 'idempotency', row: record },
  ]
}
