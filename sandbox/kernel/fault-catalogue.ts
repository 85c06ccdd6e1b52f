/** The faults a tester can order, by system: the rows of `contracts/<system>/faults.yaml`, and a plain delay. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { contractFolder, systems, type System } from './simulator.ts'

/** Rows of faults.yaml with one name, joined: what happens may be called differently for a read and for a write. */
interface KnownFault {
  readonly name: string
  /** Upstream operations it can spoil; empty: all. */
  readonly operations: readonly string[]
  readonly appears: string
  readonly meaning: string
}

export interface FaultCatalogue {
  known(system: System): readonly KnownFault[]
  /** Whether a fault of this name can happen to this operation. */
  concerns(system: System, name: string, operation: string): boolean
}

/** Not a fault, so not in faults.yaml: a healthy upstream, only further away. */
const delay: KnownFault = {
  name: 'delay',
  operations: [],
  appears: 'The right answer, whole, params.delayMs later (1,000 unless told).',
  meaning: 'A distant upstream.',
}

export function loadFaultCatalogue(contracts: URL): FaultCatalogue {
  const bySystem = new Map(systems.map((system) => [system, byName(readRows(contracts, system))]))
  const find = (system: System, name: string) => bySystem.get(system)?.get(name)
  return {
    known: (system) => [...(bySystem.get(system)?.values() ?? [])],
    concerns(system, name, operation) {
      const fault = find(system, name)
      return fault !== undefined && (fault.operations.length === 0 || fault.operations.includes(operation))
    },
  }
}

function readRows(contracts: URL, system: System): KnownFault[] {
  const file = new URL(`${contractFolder[system]}/faults.yaml`, contracts)
  return [...(parse(readFileSync(file, 'utf8')) as KnownFault[]), delay]
}

function byName(rows: readonly KnownFault[]): Map<string, KnownFault> {
  const names = new Map<string, KnownFault>()
  for (const { name, operations, appears, meaning } of rows) {
    const before = names.get(name)
    names.set(name, {
      name,
      operations: [...(before?.operations ?? []), ...operations],
      appears: before?.appears ?? appears,
      meaning: before?.meaning ?? meaning,
    })
  }
  return names
}
