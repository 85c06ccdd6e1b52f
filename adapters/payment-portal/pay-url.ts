/** The address of a pay page, out of an answer. A browser will be sent there. */
import { ContractBreach } from '#adapters/transport/fate.ts'
import { required, stringOf } from '#adapters/transport/json-gate.ts'
import type { JsonRecord } from '#domain/strict-json.ts'

/** An address of the web, and no less protected than the portal's own (`isSecure`). Throws `ContractBreach`. */
export function payUrlIn(record: JsonRecord, name: string, { isSecure }: { readonly isSecure: boolean }): string {
  const text = required(stringOf(record, name), name)
  // Without the slashes `https:portal` would do, which every reader completes in its own way.
  const isWhole = text.length <= 2_048 && /^https?:\/\/[^/\\]/.test(text) && URL.canParse(text)
  const url = isWhole ? new URL(text) : undefined
  const isWeb = url?.protocol === 'https:' || (url?.protocol === 'http:' && !isSecure)
  if (!isWeb || url?.username !== '' || url.password !== '') throw new ContractBreach(`${name} is no web address`)
  return text
}
