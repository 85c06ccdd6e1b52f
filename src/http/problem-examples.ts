/** Each problem as it would really be answered, for the API description and the pages. Everything in them is invented. */
import {
  GatewayError,
  UpstreamError,
  type Fate,
  type GatewayErrorCode,
  type UpstreamErrorCode,
} from '#domain/errors.ts'
import { toProblem, type Language, type ProblemBody, type ProblemCode } from './problem.ts'
import { upstreamProblemTexts } from './upstream-problem-texts.ts'

export function exampleProblem(code: ProblemCode, publicUrl: string, language: Language): ProblemBody {
  return toProblem(isUpstreamCode(code) ? upstreamError(code) : gatewayError(code), {
    publicUrl,
    requestId: 'req_01JD8Q3V5N7R9T2W4Y6A8C0E1G',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    language,
    isKeyed: false,
  })
}

export const isUpstreamCode = (code: ProblemCode): code is UpstreamErrorCode =>
  Object.hasOwn(upstreamProblemTexts, code)

const upstreamError = (code: UpstreamErrorCode): UpstreamError =>
  new UpstreamError(code, 'an example', { upstream: 'population', operation: 'findPerson', fate: fates[code] })

const fates: Readonly<Record<UpstreamErrorCode, Fate>> = {
  upstream_unavailable: 'not_sent',
  upstream_circuit_open: 'not_sent',
  upstream_saturated: 'not_sent',
  upstream_timeout: 'unknown',
  upstream_connection_lost: 'unknown',
  upstream_failed: 'answered',
  upstream_contract_broken: 'answered',
  upstream_rejected_credentials: 'answered',
  upstream_procedure_not_licensed: 'answered',
  upstream_officer_not_authorised: 'answered',
  upstream_rejected_request: 'answered',
  upstream_quota_exhausted: 'answered',
}

const gatewayError = (code: GatewayErrorCode): GatewayError => new GatewayError(code, 'an example', extras[code])

const missingField = {
  pointer: '/subject/dateOfBirth',
  code: 'required',
  message: { vi: 'Thiếu trường bắt buộc.', en: 'This field is required.' },
}

const extras: Partial<Record<GatewayErrorCode, ConstructorParameters<typeof GatewayError>[2]>> = {
  invalid_request: { errors: [missingField] },
  purpose_required: { errors: [{ ...missingField, pointer: '/purpose' }] },
  insufficient_scope: { details: { scope: 'identity:verify' } },
  reference_exists: { details: { existing: 'pay_01JD8Q3V5N7R9T2W4Y6A8C0E1G' } },
  obligation_exists: { details: { existing: 'pay_01JD8Q3V5N7R9T2W4Y6A8C0E1G' } },
  refundable_changed: { details: { refundable: 30_000 } },
  refund_exceeds_refundable: { details: { refundable: 30_000 } },
  refund_already_decided: { details: { state: 'completed' } },
  settlement_file_refused: { details: { refusal: 'wrong_count' } },
  not_acceptable: { details: { available: 'application/json, application/pdf' } },
  nothing_to_pay: { details: { state: 'paid' } },
  payment_not_paid: { details: { state: 'awaiting_payer' } },
  portal_bill_not_ready: { details: { lastAnswer: 'not_ready' } },
  rate_limited: { retryAfterSeconds: 12 },
}
