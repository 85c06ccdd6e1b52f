/** `MaXacThuc`: lower-case hex SHA-256 of the values joined by `|`, the secret last. Not a signature: see signing.md. */
import { isSameDigest } from '../digest.ts'
import { scalarOf } from '#adapters/transport/json-gate.ts'
import type { JsonRecord } from '#domain/strict-json.ts'
import { hash } from 'node:crypto'

export function checksum(values: readonly string[], secret: string): string {
  return hash('sha256', [...values, secret].join('|'), 'hex')
}

/** Adds `MaXacThuc` over the fields named by `order`. */
export function signed<Name extends string, Message extends Readonly<Record<Name, string>>>(
  message: Message,
  order: readonly Name[],
  secret: string,
): Message & { readonly MaXacThuc: string } {
  const values = order.map((name) => message[name])
  return { ...message, MaXacThuc: checksum(values, secret) }
}

/** Whether `given` belongs to the fields exactly as received: a number enters as it was written. Constant time. */
export function isSignedBy(record: JsonRecord, order: readonly string[], given: string, secret: string): boolean {
  const values = order.map((name) => scalarOf(record, name) ?? '')
  return isSameDigest(checksum(values, secret), given)
}
