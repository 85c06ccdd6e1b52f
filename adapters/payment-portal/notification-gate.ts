/** What stands between the open internet and a notification: size, strict JSON, and an end to whatever is broken. */
import { ContractBreach } from '#adapters/transport/fate.ts'
import { readJsonRecord } from '#adapters/transport/json-gate.ts'
import { StrictJsonError, type JsonRecord } from '#domain/strict-json.ts'

/** Real ones have a dozen short fields. */
const maxNotificationBytes = 64 * 1024

export function notificationRecord(raw: Uint8Array): JsonRecord {
  if (raw.length > maxNotificationBytes) throw new ContractBreach('a notification of more than 64 KiB')
  return readJsonRecord(raw)
}

/** What strangers post here is expected to be broken: that is an answer, not an error. */
export function unlessBroken<T>(otherwise: T, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof ContractBreach || error instanceof StrictJsonError) return otherwise
    throw error
  }
}
