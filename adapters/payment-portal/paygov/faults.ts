/** Every `error_code` that is an error, in our words: a total table. What is not in it breaks the contract. [OURS] */
import { ContractBreach, decoding, fateOfUnusable, trouble, type CallSite } from '#adapters/transport/fate.ts'
import type { UpstreamErrorCode } from '#domain/errors.ts'

interface Refusal {
  readonly code: UpstreamErrorCode
  readonly message: string
  /** PayGov refused before doing anything. Otherwise a write may have taken effect. */
  readonly definite: boolean
}

const refusals: Readonly<Record<'FAILED' | 'SIGNATURE_WRONG' | 'INVALID_REQUEST', Refusal>> = {
  FAILED: { code: 'upstream_failed', message: 'PayGov failed inside', definite: false },
  SIGNATURE_WRONG: {
    code: 'upstream_rejected_credentials',
    message: 'PayGov refuses our checksum or account',
    definite: true,
  },
  INVALID_REQUEST: {
    code: 'upstream_rejected_request',
    message: 'PayGov calls our message wrong',
    definite: true,
  },
}

const isKnown = (code: string): code is keyof typeof refusals => Object.hasOwn(refusals, code)

/** Throws the refusal an `error_code` stands for. */
export function refuse(errorCode: string, site: CallSite): never {
  throw decoding(site, () => {
    if (!isKnown(errorCode)) throw new ContractBreach('error_code is not one of the contract')
    const { code, message, definite } = refusals[errorCode]
    return trouble(code, message, definite ? 'answered' : fateOfUnusable(site), site, { upstreamCode: errorCode })
  })
}
