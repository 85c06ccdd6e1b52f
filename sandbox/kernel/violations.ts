/** What clients did against the contract. A simulator that stays friendly still tells on them here. */
import type { System } from './simulator.ts'

export interface Violation {
  /** RFC 3339, on the sandbox's clock. */
  readonly at: string
  readonly system: System
  readonly operation: string
  /** JSON Pointer (RFC 6901), or the same form over XML element names: `/Envelope/Body/…`; `/headers/…` for HTTP. */
  readonly pointer: string
  /** Says what is wrong without repeating the value: it may be somebody's name. */
  readonly message: string
}

export interface Violations {
  add(violation: Omit<Violation, 'at'>): void
  list(): readonly Violation[]
  clear(): void
}

/** Enough for any test run; the oldest go first, so that a load run cannot eat the memory. */
const kept = 1000

export function createViolations(nowMs: () => number): Violations {
  let rows: Violation[] = []
  return {
    add(violation) {
      rows.push({ at: new Date(nowMs()).toISOString(), ...violation })
      if (rows.length > kept) rows.shift()
    },
    list: () => rows,
    clear() {
      rows = []
    },
  }
}
