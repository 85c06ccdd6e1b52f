/** Money in a portal's message: integer đồng, a number or a digit string. `50000.0` is somebody else's idea of money. */
import { ContractBreach } from '#adapters/transport/fate.ts'
import { required, scalarOf } from '#adapters/transport/json-gate.ts'
import type { JsonRecord } from '#domain/strict-json.ts'

export function amountIn(record: JsonRecord, name: string): bigint {
  const text = required(scalarOf(record, name), name)
  if (!/^[1-9]\d{0,11}$/.test(text)) throw new ContractBreach(`${name} is no amount in đồng`)
  return BigInt(text)
}
