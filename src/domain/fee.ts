/** The fees an agency may collect, as its catalogue lists them: what a line of an order must agree with. */
import type { Money } from './money.ts'
import type { LineKind } from './portal.ts'

export interface Fee {
  readonly code: string
  readonly name: string
  readonly kind: LineKind
  readonly amount: Money
  /** `YYYY-MM-DD` in Vietnam, both days included. */
  readonly validFrom: string
  readonly validUntil?: string
  /** The unit that collects it. */
  readonly collectingUnit: string
}

/** By code: a fee changes over time, and several units may collect it. */
export type FeeCatalogue = ReadonlyMap<string, readonly Fee[]>
