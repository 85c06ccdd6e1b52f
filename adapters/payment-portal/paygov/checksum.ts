/** `checksum`: lower-case hex SHA-256 of values joined by nothing, the secret key first. Not a signature: see signing.md. */
import { isSameDigest } from '../digest.ts'
import { scalarOf } from '#adapters/transport/json-gate.ts'
import type { JsonRecord } from '#domain/strict-json.ts'
import { hash } from 'node:crypto'

export const checksum = (values: readonly string[]): string => hash('sha256', values.join(''), 'hex')

/** Whether `given` belongs to the fields exactly as received: a number enters as it was written. `keys` come first. */
export function isSignedBy(
  record: JsonRecord,
  order: readonly string[],
  keys: readonly string[],
  given: string,
): boolean {
  const values = order.map((name) => scalarOf(record, name) ?? '')
  return isSameDigest(checksum([...keys, ...values]), given)
}
