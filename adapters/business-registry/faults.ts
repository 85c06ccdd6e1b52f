/** What the registry says with HTTP 200 when it is not an answer. HTTP statuses are transport's: `statusTrouble`. */
import { ContractBreach, trouble, type CallSite } from '#adapters/transport/fate.ts'
import { scalarOf } from '#adapters/transport/json-gate.ts'
import type { UpstreamError } from '#domain/errors.ts'
import type { JsonRecord } from '#domain/strict-json.ts'

export type Outcome = 'found' | 'none' | 'failed'

/**
 * `Status` "1": found. "0" means "failed" and nothing more is published; we assume [OURS] that with `DataCount` 0 it
 * looked and counted nobody, and that every other "0" says nothing about the code.
 */
export function outcomeOf(record: JsonRecord): Outcome {
  const status = scalarOf(record, 'Status')
  const count = scalarOf(record, 'DataCount')
  if (status === '1' && count === '1') return 'found'
  if (status !== '0') throw new ContractBreach('Status and DataCount are not those of the contract')
  if (count === undefined) return 'failed'
  if (count !== '0') throw new ContractBreach('a failure that counts data')
  return 'none'
}

export function failureOf(site: CallSite): UpstreamError {
  return trouble('upstream_failed', 'the registry failed inside', 'answered', site, { upstreamCode: 'status_0' })
}
