/**
 * What became of a call, and how trouble is named. Everything that reads an upstream's bytes throws `ContractBreach`
 * or `StrictJsonError`, which know nothing of who was called; here they become an `UpstreamError` with a fate.
 *
 * A read whose answer is unusable was `answered`: asking again is harmless either way. A write whose answer is unusable
 * may have taken effect, so its fate is `unknown` and it is asked about.
 */
import { UpstreamError, type Fate, type UpstreamErrorCode, type UpstreamSystem } from '#domain/errors.ts'
import { StrictJsonError } from '#domain/strict-json.ts'

/** Which call this is: who, what, and whether it may change something over there. */
export interface CallSite {
  readonly upstream: UpstreamSystem
  /** The port's operation, e.g. `findPerson`. */
  readonly operation: string
  readonly effect: 'read' | 'write'
}

/** An answer that is not what its contract says. The message names the broken rule and never quotes the answer. */
export class ContractBreach extends Error {
  override readonly name = 'ContractBreach'
}

export interface TroubleOptions {
  readonly cause?: unknown
  readonly upstreamCode?: string
  readonly retryAfterSeconds?: number
}

export function trouble(
  code: UpstreamErrorCode,
  message: string,
  fate: Fate,
  site: CallSite,
  options: TroubleOptions = {},
): UpstreamError {
  return new UpstreamError(code, message, { upstream: site.upstream, operation: site.operation, fate, ...options })
}

/** The fate of an answer that came but cannot be used, or of a 5xx. */
export const fateOfUnusable = (site: CallSite): Fate => (site.effect === 'write' ? 'unknown' : 'answered')

/** Runs a decoder; what it finds broken is thrown as `upstream_contract_broken`. A bug of ours passes through. */
export function decoding<T>(site: CallSite, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    throw asUpstreamError(error, site)
  }
}

function asUpstreamError(error: unknown, site: CallSite): unknown {
  if (!(error instanceof ContractBreach) && !(error instanceof StrictJsonError)) return error
  const message = `answer breaks the contract: ${error.message}`
  return trouble('upstream_contract_broken', message, fateOfUnusable(site), site, { cause: error })
}
