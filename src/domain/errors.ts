/**
 * What can go wrong, in the product's words. Status codes live in `http/problem.ts` only; a code added here
 * does not compile there until it has a status, titles in two languages, retry advice and a page.
 */

/** What became of a call to an upstream, as far as this side can honestly say. */
export type Fate =
  /** Nothing left this house: repeating is safe. */
  | 'not_sent'
  /** A definite answer came, usable or not. */
  | 'answered'
  /** It may or may not have happened. Reads may repeat; a write is asked about, never assumed. */
  | 'unknown'

export type UpstreamSystem = 'population' | 'business_registry' | 'payment_portal'

/** A place in the request body or answer, for `errors[]` of a problem (RFC 9457 section 3.1.4, RFC 6901 pointers). */
export interface FieldError {
  readonly pointer: string
  readonly code: string
  readonly message: { readonly vi: string; readonly en: string }
}

export type GatewayErrorCode =
  | 'malformed_json'
  | 'invalid_request'
  | 'unsupported_media_type'
  | 'body_too_large'
  | 'route_not_found'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'idempotency_key_required'
  | 'idempotency_key_invalid'
  | 'idempotency_not_supported'
  | 'idempotency_key_reused'
  | 'request_in_progress'
  | 'purpose_required'
  | 'invalid_personal_id'
  | 'invalid_business_code'
  | 'code_not_allowed_in_url'
  | 'verification_not_found'
  | 'business_not_found'
  | 'payment_not_found'
  | 'portal_bill_not_ready'
  | 'portal_bill_ended'
  | 'reference_exists'
  | 'attempt_in_flight'
  | 'outcome_unknown'
  | 'already_paid'
  | 'already_closed'
  | 'nothing_to_pay'
  | 'payment_not_paid'
  | 'refund_not_found'
  | 'refund_not_supported'
  | 'refundable_changed'
  | 'refund_exceeds_refundable'
  | 'second_person_required'
  | 'refund_already_decided'
  | 'obligation_exists'
  | 'return_url_not_allowed'
  | 'unknown_collecting_unit'
  | 'fee_not_in_catalogue'
  | 'expiry_not_acceptable'
  | 'connection_not_found'
  | 'date_not_over'
  | 'settlement_file_refused'
  | 'reconciliation_not_found'
  | 'case_not_found'
  | 'case_resolved'
  | 'manual_refund_reference_required'
  | 'webhook_endpoint_not_found'
  | 'webhook_delivery_not_found'
  | 'webhook_url_not_allowed'
  | 'webhook_endpoint_limit'
  | 'webhook_endpoint_disabled'
  | 'webhook_secret_not_used'
  | 'upstream_not_configured'
  | 'rate_limited'
  | 'overloaded'
  | 'storage_unavailable'
  | 'internal_error'

export interface GatewayErrorOptions {
  readonly cause?: unknown
  /** Machine-readable extras of the problem, e.g. `{ existing: 'pay_…' }`. Never personal data. */
  readonly details?: Readonly<Record<string, string | number | boolean>>
  readonly errors?: readonly FieldError[]
  readonly retryAfterSeconds?: number
}

/** A refusal of ours. `message` is for operators and never holds personal data. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: GatewayErrorCode
  readonly details: Readonly<Record<string, string | number | boolean>> | undefined
  readonly errors: readonly FieldError[] | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: GatewayErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details
    this.errors = options.errors
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

export type UpstreamErrorCode =
  /** Connection refused, DNS failure, no route: nothing was sent. */
  | 'upstream_unavailable'
  /** The breaker is open: nothing was sent, on purpose. */
  | 'upstream_circuit_open'
  /** Our own bulkhead for this upstream is full: nothing was sent, on purpose. */
  | 'upstream_saturated'
  /** No usable answer before the deadline, or the connection broke after sending. */
  | 'upstream_timeout'
  | 'upstream_connection_lost'
  /** A 5xx or a technical fault. */
  | 'upstream_failed'
  /** An answer that breaks the contract: malformed, truncated, wrong type, about somebody else. */
  | 'upstream_contract_broken'
  /** Our credentials, clock or signature were refused. */
  | 'upstream_rejected_credentials'
  /** The upstream refuses this procedure or this officer (population codes 004, 005). */
  | 'upstream_procedure_not_licensed'
  | 'upstream_officer_not_authorised'
  /** The upstream says our request is wrong: our encoder's fault, never the caller's. */
  | 'upstream_rejected_request'
  | 'upstream_quota_exhausted'

export interface UpstreamErrorOptions {
  readonly upstream: UpstreamSystem
  /** The port's operation, e.g. `findPerson`. */
  readonly operation: string
  readonly fate: Fate
  readonly cause?: unknown
  /** The upstream's own code, if it gave one; short and never free text. */
  readonly upstreamCode?: string
  readonly retryAfterSeconds?: number
}

/** Trouble with an upstream. The upstream's body is never copied into it. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  readonly code: UpstreamErrorCode
  readonly upstream: UpstreamSystem
  readonly operation: string
  readonly fate: Fate
  readonly upstreamCode: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: UpstreamErrorCode, message: string, options: UpstreamErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.upstream = options.upstream
    this.operation = options.operation
    this.fate = options.fate
    this.upstreamCode = options.upstreamCode
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** The gateway cannot start, or a command cannot run: `message` says why, `cure` what to do about it. Exit code 1. */
export class StartupError extends Error {
  override readonly name = 'StartupError'
  readonly cure: string

  constructor(message: string, { cure, cause }: { readonly cure: string; readonly cause?: unknown }) {
    super(message, cause === undefined ? undefined : { cause })
    this.cure = cure
  }
}

/** Ends a `switch` over a union: a new member stops compiling here. */
export function assertNever(value: never): never {
  throw new Error(`unexpected variant: ${JSON.stringify(value)}`)
}
