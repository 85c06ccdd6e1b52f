/** The rows of a system's faults.yaml, one for each operation it can hit. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { checkout } from '../support/checkout.ts'

export interface FaultRow {
  readonly id: string
  readonly name: string
  readonly operation: string
  /** `none`: the right answer is no error. */
  readonly code: string
  readonly fate: string
}

type Row = Omit<FaultRow, 'operation'> & { readonly operations: readonly string[] }

export function faultRows(folder: string): readonly FaultRow[] {
  const rows = parse(readFileSync(`${checkout}/contracts/${folder}/faults.yaml`, 'utf8')) as readonly Row[]
  return rows.flatMap(({ id, name, operations, code, fate }) =>
    operations.map((operation) => ({ id, name, operation, code, fate })),
  )
}

/** What must be ordered with the fault so that it can be seen within a test. */
export function paramsOf({ name }: FaultRow): { readonly delayMs?: number } {
  return name === 'slow' ? { delayMs: 3_000 } : {}
}

/** Long enough for a healthy answer on a busy machine, short for the rows that never answer. */
export const deadlineOf = ({ code }: FaultRow): number => (code === 'upstream_timeout' ? 250 : 10_000)
