/** Every `MaLoi` but success, in our words: a total table. What is not in it breaks the contract. */
import { ContractBreach, fateOfUnusable, trouble, type CallSite } from '#adapters/transport/fate.ts'
import type { UpstreamError, UpstreamErrorCode } from '#domain/errors.ts'

interface Refusal {
  readonly code: UpstreamErrorCode
  readonly message: string
  /** The platform refused before doing anything. Otherwise a write may have taken effect. */
  readonly definite: boolean
}

const refusals: Readonly<Record<'01' | '02' | '07' | '99', Refusal>> = {
  '01': { code: 'upstream_rejected_request', message: 'the platform does not know this reference', definite: true },
  '02': { code: 'upstream_rejected_request', message: 'the platform calls our message wrong', definite: true },
  '07': { code: 'upstream_rejected_credentials', message: 'the platform refuses our checksum', definite: true },
  '99': { code: 'upstream_failed', message: 'the platform failed inside', definite: false },
}

const isKnown = (code: string): code is keyof typeof refusals => Object.hasOwn(refusals, code)

/** The error for a `MaLoi` other than success. */
export function refusalOf(resultCode: string, site: CallSite): UpstreamError {
  if (!isKnown(resultCode)) throw new ContractBreach('MaLoi is not one of the contract')
  const { code, message, definite } = refusals[resultCode]
  return trouble(code, message, definite ? 'answered' : fateOfUnusable(site), site, { upstreamCode: resultCode })
}
