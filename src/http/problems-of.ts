/** Which refusals an operation may give: its own, and those that follow from what it is. */
import type { ApiRoute, Route } from './define-route.ts'
import { problemCodes, type ProblemCode } from './problem.ts'

/** The problems a route may answer: its own, and those that come with what it is. Sorted as the catalogue is. */
export function problemsOf(route: Route): readonly ProblemCode[] {
  const shared: ProblemCode[] = ['internal_error', 'overloaded', 'invalid_request']
  if (route.kind === 'api') shared.push(...problemsOfApi(route))
  const all = new Set([...route.problems, ...shared])
  return problemCodes.filter((code) => all.has(code))
}

function problemsOfApi({ body, idempotency, upstream }: ApiRoute): readonly ProblemCode[] {
  return [
    'invalid_token',
    'insufficient_scope',
    'rate_limited',
    ...(body === undefined ? [] : (['malformed_json', 'unsupported_media_type', 'body_too_large'] as const)),
    ...keyProblems[idempotency],
    ...(upstream === undefined ? [] : upstreamProblems),
    ...(upstream === 'population' ? populationProblems : []),
  ]
}

const keyProblems: Readonly<Record<ApiRoute['idempotency'], readonly ProblemCode[]>> = {
  required: ['idempotency_key_required', 'idempotency_key_invalid', 'idempotency_key_reused', 'request_in_progress'],
  honoured: ['idempotency_key_invalid', 'idempotency_key_reused', 'request_in_progress'],
  refused: ['idempotency_not_supported'],
  none: [],
}

const upstreamProblems: readonly ProblemCode[] = [
  'upstream_not_configured',
  'upstream_unavailable',
  'upstream_circuit_open',
  'upstream_saturated',
  'upstream_timeout',
  'upstream_connection_lost',
  'upstream_failed',
  'upstream_contract_broken',
  'upstream_rejected_credentials',
  'upstream_rejected_request',
  'upstream_quota_exhausted',
]

const populationProblems: readonly ProblemCode[] = [
  'upstream_procedure_not_licensed',
  'upstream_officer_not_authorised',
]
