/**
 * Problems (RFC 9457). Status codes exist here and nowhere else. The record is exhaustive over our codes and the
 * upstreams': a new code does not compile without status, retry advice, words in two languages and so its page.
 */
import {
  GatewayError,
  UpstreamError,
  type Fate,
  type FieldError,
  type GatewayErrorCode,
  type UpstreamErrorCode,
  type UpstreamSystem,
} from '#domain/errors.ts'
import { gatewayProblemTexts, type Bilingual, type ProblemText } from './problem-texts.ts'
import { upstreamProblemTexts } from './upstream-problem-texts.ts'

/** RFC 9457 section 3. */
export const problemType = 'application/problem+json'

export type ProblemCode = GatewayErrorCode | UpstreamErrorCode
export type Language = keyof Bilingual

/** `never`: not unchanged. `safe`: at once. `same_key`: with the same Idempotency-Key. `after`: after the seconds given. */
export type RetryAdvice = 'never' | 'safe' | 'same_key' | 'after'
type Origin = 'client' | 'gateway' | UpstreamSystem

interface Kind {
  readonly status: number
  readonly retry: RetryAdvice
  /** What `Retry-After` says when the error itself does not know better. */
  readonly retryAfterSeconds?: number
  /** Where it comes from when the error does not say: the caller below 500, the gateway above. */
  readonly origin?: Origin
  readonly fate?: Fate
}

const kinds: Readonly<Record<ProblemCode, Kind>> = {
  malformed_json: { status: 400, retry: 'never' },
  invalid_request: { status: 400, retry: 'never' },
  unsupported_media_type: { status: 415, retry: 'never' },
  body_too_large: { status: 413, retry: 'never' },
  route_not_found: { status: 404, retry: 'never' },
  method_not_allowed: { status: 405, retry: 'never' },
  not_acceptable: { status: 406, retry: 'never' },
  invalid_token: { status: 401, retry: 'never' },
  insufficient_scope: { status: 403, retry: 'never' },
  idempotency_key_required: { status: 400, retry: 'never' },
  idempotency_key_invalid: { status: 400, retry: 'never' },
  idempotency_not_supported: { status: 400, retry: 'never' },
  idempotency_key_reused: { status: 422, retry: 'never' },
  request_in_progress: { status: 409, retry: 'same_key', retryAfterSeconds: 2 },
  purpose_required: { status: 422, retry: 'never' },
  invalid_personal_id: { status: 422, retry: 'never' },
  invalid_business_code: { status: 422, retry: 'never' },
  code_not_allowed_in_url: { status: 400, retry: 'never' },
  verification_not_found: { status: 404, retry: 'never' },
  business_not_found: { status: 404, retry: 'never', origin: 'business_registry', fate: 'answered' },
  payment_not_found: { status: 404, retry: 'never' },
  portal_bill_not_ready: { status: 409, retry: 'after', retryAfterSeconds: 60 },
  portal_bill_ended: { status: 409, retry: 'never' },
  reference_exists: { status: 409, retry: 'never' },
  obligation_exists: { status: 409, retry: 'never' },
  attempt_in_flight: { status: 409, retry: 'never' },
  outcome_unknown: { status: 409, retry: 'never' },
  already_paid: { status: 409, retry: 'never' },
  already_closed: { status: 409, retry: 'never' },
  nothing_to_pay: { status: 409, retry: 'never' },
  payment_not_paid: { status: 409, retry: 'never' },
  refund_not_found: { status: 404, retry: 'never' },
  refund_not_supported: { status: 409, retry: 'never' },
  refundable_changed: { status: 409, retry: 'never' },
  refund_exceeds_refundable: { status: 422, retry: 'never' },
  second_person_required: { status: 403, retry: 'never' },
  refund_already_decided: { status: 409, retry: 'never' },
  return_url_not_allowed: { status: 422, retry: 'never' },
  unknown_collecting_unit: { status: 422, retry: 'never' },
  fee_not_in_catalogue: { status: 422, retry: 'never' },
  expiry_not_acceptable: { status: 422, retry: 'never' },
  connection_not_found: { status: 404, retry: 'never' },
  date_not_over: { status: 422, retry: 'never' },
  settlement_file_refused: { status: 422, retry: 'never' },
  reconciliation_not_found: { status: 404, retry: 'never' },
  case_not_found: { status: 404, retry: 'never' },
  case_resolved: { status: 409, retry: 'never' },
  manual_refund_reference_required: { status: 422, retry: 'never' },
  webhook_endpoint_not_found: { status: 404, retry: 'never' },
  webhook_delivery_not_found: { status: 404, retry: 'never' },
  webhook_url_not_allowed: { status: 422, retry: 'never' },
  webhook_endpoint_limit: { status: 409, retry: 'never' },
  webhook_endpoint_disabled: { status: 409, retry: 'never' },
  webhook_secret_not_used: { status: 409, retry: 'never' },
  upstream_not_configured: { status: 503, retry: 'never', fate: 'not_sent' },
  rate_limited: { status: 429, retry: 'after', retryAfterSeconds: 1 },
  overloaded: { status: 503, retry: 'after', retryAfterSeconds: 1 },
  storage_unavailable: { status: 503, retry: 'after', retryAfterSeconds: 5 },
  internal_error: { status: 500, retry: 'safe' },
  upstream_unavailable: { status: 503, retry: 'after', retryAfterSeconds: 5 },
  upstream_circuit_open: { status: 503, retry: 'after', retryAfterSeconds: 10 },
  upstream_saturated: { status: 503, retry: 'after', retryAfterSeconds: 1 },
  upstream_timeout: { status: 504, retry: 'safe' },
  upstream_connection_lost: { status: 504, retry: 'safe' },
  upstream_failed: { status: 503, retry: 'after', retryAfterSeconds: 5 },
  upstream_contract_broken: { status: 502, retry: 'safe' },
  upstream_rejected_credentials: { status: 503, retry: 'never' },
  upstream_procedure_not_licensed: { status: 403, retry: 'never' },
  upstream_officer_not_authorised: { status: 403, retry: 'never' },
  upstream_rejected_request: { status: 502, retry: 'never' },
  upstream_quota_exhausted: { status: 503, retry: 'after', retryAfterSeconds: 60 },
}

const texts: Readonly<Record<ProblemCode, ProblemText>> = { ...gatewayProblemTexts, ...upstreamProblemTexts }

export const problemCodes = Object.keys(kinds) as readonly ProblemCode[]
export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(kinds, code)

/** Everything known about a code, for its page and for the API description. */
export const describeProblem = (code: ProblemCode): Kind & ProblemText => ({ ...kinds[code], ...texts[code] })

/** The body of a problem, members in the order people read them. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: ProblemCode
  readonly retry: RetryAdvice
  readonly retryAfterSeconds?: number
  readonly origin: Origin
  readonly fate?: Fate
  readonly upstreamCode?: string
  readonly traceId: string
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly message: string }[]
  /** Extras of one refusal, e.g. `existing: 'pay_…'`. */
  readonly [extra: string]: unknown
}

export interface ProblemSetting {
  /** Origin of the problem pages; no slash at the end. */
  readonly publicUrl: string
  readonly requestId: string
  readonly traceId: string
  readonly language: Language
  /** The route demands an Idempotency-Key: repeating means repeating with it. */
  readonly isKeyed: boolean
}

/** The page of a code. */
const problemUrl = (publicUrl: string, code: ProblemCode): string => `${publicUrl}/docs/problems/${code}`

/** What `error` is to the outside: our codes as they are, everything else an internal error without a word of it. */
export function toProblem(error: unknown, setting: ProblemSetting): ProblemBody {
  const { code, fate, upstreamCode, upstream, retryAfterSeconds, details, errors } = readError(error)
  const kind = kinds[code]
  const seconds = retryAfterSeconds ?? kind.retryAfterSeconds
  const shownFate = fate ?? kind.fate
  const problem = {
    type: problemUrl(setting.publicUrl, code),
    title: texts[code].title[setting.language],
    status: kind.status,
    detail: texts[code].detail[setting.language],
    instance: `urn:lienthong:request:${setting.requestId}`,
    code,
    retry: setting.isKeyed && (kind.retry === 'safe' || kind.retry === 'after') ? 'same_key' : kind.retry,
    ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
    origin: upstream ?? kind.origin ?? (kind.status < 500 ? 'client' : 'gateway'),
    ...(shownFate === undefined ? {} : { fate: shownFate }),
    ...(upstreamCode === undefined ? {} : { upstreamCode }),
    traceId: setting.traceId,
    ...(errors === undefined ? {} : { errors: errors.map((each) => inLanguage(each, setting.language)) }),
  }
  // Extras follow what every problem has and never replace any of it.
  return { ...problem, ...details, ...problem }
}

interface ReadError {
  readonly code: ProblemCode
  readonly fate?: Fate | undefined
  readonly upstream?: UpstreamSystem
  readonly upstreamCode?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly details?: Readonly<Record<string, unknown>> | undefined
  readonly errors?: readonly FieldError[] | undefined
}

function readError(error: unknown): ReadError {
  if (error instanceof GatewayError) return error
  if (error instanceof UpstreamError) return error
  return { code: 'internal_error' }
}

const inLanguage = ({ pointer, code, message }: FieldError, language: Language) => ({
  pointer,
  code,
  message: message[language],
})

/** The status `error` will be answered with: what an audit entry says of a step that failed. */
export const statusOf = (error: unknown): number => kinds[readError(error).code].status

/** The headers that belong to a problem besides its content type. */
export function problemHeaders(problem: ProblemBody): Record<string, string> {
  const headers: Record<string, string> = {}
  if (problem.retryAfterSeconds !== undefined) headers['Retry-After'] = String(problem.retryAfterSeconds)
  if (problem.status === 401) headers['WWW-Authenticate'] = 'Bearer realm="lienthong", error="invalid_token"'
  if (problem.code === 'insufficient_scope') {
    const scope = typeof problem['scope'] === 'string' ? `, scope="${problem['scope']}"` : ''
    headers['WWW-Authenticate'] = `Bearer realm="lienthong", error="insufficient_scope"${scope}`
  }
  return headers
}
