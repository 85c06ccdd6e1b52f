/** The last exchanges, newest last: what the demo and the page show as "what happened upstream". No personal data. */
import type { System } from './simulator.ts'

export interface ExchangeRecord {
  /** RFC 3339, on the sandbox's clock. */
  readonly at: string
  readonly system: System
  readonly operation: string
  readonly requestId?: string
  /** HTTP status; absent when no answer was given. */
  readonly status?: number
  readonly fault?: string
  readonly durationMs: number
}

export interface Exchanges {
  add(record: ExchangeRecord): void
  list(): readonly ExchangeRecord[]
  clear(): void
}

const kept = 200

export function createExchanges(): Exchanges {
  let ring: ExchangeRecord[] = []
  return {
    add(record) {
      ring.push(record)
      // Cut in blocks: shifting a full array by one on every request would cost more than the request.
      if (ring.length >= kept * 2) ring = ring.slice(-kept)
    },
    list: () => ring.slice(-kept),
    clear() {
      ring = []
    },
  }
}
