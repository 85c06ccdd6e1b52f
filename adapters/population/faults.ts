/** SOAP faults of service 037 in our words: the codes of `LoiDichVu/MaLoi`, then whatever a bus in between may say. */
import { serviceNamespace } from './wire.ts'
import { fateOfUnusable, trouble, type CallSite } from '#adapters/transport/fate.ts'
import type { SoapFault } from '#adapters/transport/soap-envelope.ts'
import { childOf, textOf } from '#adapters/transport/xml-reader.ts'
import type { UpstreamError, UpstreamErrorCode } from '#domain/errors.ts'

interface Meaning {
  readonly code: UpstreamErrorCode
  readonly message: string
}

/** 004 and 005 are public, the others [OURS]. */
const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['001', { code: 'upstream_rejected_request', message: 'the service misses the procedure' }],
  ['002', { code: 'upstream_rejected_request', message: 'the service misses the agency' }],
  ['003', { code: 'upstream_rejected_request', message: 'the service misses the officer' }],
  ['004', { code: 'upstream_procedure_not_licensed', message: 'the procedure may not use population data' }],
  ['005', { code: 'upstream_officer_not_authorised', message: 'the officer may not look people up' }],
  ['100', { code: 'upstream_rejected_request', message: 'the service calls our message wrong' }],
  ['101', { code: 'upstream_rejected_request', message: 'the service does not know the operation' }],
  ['401', { code: 'upstream_rejected_credentials', message: 'the service refuses our credentials or our clock' }],
  ['429', { code: 'upstream_quota_exhausted', message: 'quota exhausted' }],
  ['500', { code: 'upstream_failed', message: 'the service failed inside' }],
])

/** Of a fault that does not carry one of those codes. */
const otherwise = {
  Client: { code: 'upstream_rejected_request', message: 'somebody on the way calls our message wrong' },
  Server: { code: 'upstream_failed', message: 'the service or somebody on the way failed' },
} as const satisfies Record<string, Meaning>

/** Whatever the HTTP status was: SOAP 1.1 wants 500, real services also send 200. */
export function faultTrouble(fault: SoapFault, site: CallSite): UpstreamError {
  const detail = fault.detail && childOf(fault.detail, serviceNamespace, 'LoiDichVu')
  const given = detail && textOf(detail, serviceNamespace, 'MaLoi')
  const known = given === undefined ? undefined : meanings.get(given)
  const { code, message } = known ?? (fault.code === 'Client' ? otherwise.Client : otherwise.Server)
  const upstreamCode = known === undefined ? 'soap_fault' : given
  const fate = code === 'upstream_failed' ? fateOfUnusable(site) : 'answered'
  return trouble(code, message, fate, site, upstreamCode === undefined ? {} : { upstreamCode })
}
