/** The faults that are switched on right now: who takes which, and for how long. */
import type { ExchangeKeys, System } from './simulator.ts'

export interface FaultOrder {
  readonly system: System
  /** Absent: any operation. */
  readonly operation?: string
  readonly fault: string
  /** How many exchanges it spoils. Absent: all of them until it is deleted. */
  readonly times?: number
  readonly match?: ExchangeKeys
  readonly params?: { readonly delayMs?: number; readonly atByte?: number }
}

export interface ActiveFault extends FaultOrder {
  readonly id: string
  readonly remaining?: number
}

export interface Faults {
  add(order: FaultOrder): ActiveFault
  list(): readonly ActiveFault[]
  remove(id: string): boolean
  clear(): void
  /**
   * The oldest fault that applies to this exchange, used up by one. `accepts` narrows the choice to the faults the
   * caller can carry out at this moment.
   */
  take(
    system: System,
    operation: string | undefined,
    keys: ExchangeKeys,
    accepts?: (fault: ActiveFault) => boolean,
  ): ActiveFault | undefined
  /** Called after every change; it may wait until the change is felt on the wire. */
  onChange(listener: () => Promise<void>): void
  /** Resolves once every listener has followed the last change. */
  settled(): Promise<void>
}

interface Row {
  readonly id: string
  readonly order: FaultOrder
  remaining: number
}

/** `concerns` says whether a fault can happen to an operation at all: a notification fault never spoils a query. */
export function createFaults(
  concerns: (system: System, fault: string, operation: string) => boolean = () => true,
): Faults {
  let sequence = 0
  let settling: Promise<unknown> = Promise.resolve()
  const rows = new Map<string, Row>()
  const listeners: (() => Promise<void>)[] = []

  const changed = () => {
    settling = settling.then(() => Promise.all(listeners.map((listener) => listener())))
  }

  const view = ({ id, order, remaining }: Row): ActiveFault =>
    order.times === undefined ? { id, ...order } : { id, ...order, remaining }

  return {
    add(order) {
      const row = { id: `flt_${++sequence}`, order, remaining: order.times ?? Infinity }
      rows.set(row.id, row)
      changed()
      return view(row)
    },
    list: () => [...rows.values()].map(view),
    remove(id) {
      const removed = rows.delete(id)
      if (removed) changed()
      return removed
    },
    clear() {
      rows.clear()
      changed()
    },
    take(system, operation, keys, accepts = () => true) {
      for (const row of rows.values()) {
        if (!applies(row.order, system, operation, keys)) continue
        if (operation !== undefined && !concerns(system, row.order.fault, operation)) continue
        if (!accepts(view(row))) continue
        row.remaining -= 1
        const taken = view(row)
        if (row.remaining <= 0) {
          rows.delete(row.id)
          changed()
        }
        return taken
      }
      return undefined
    },
    onChange: (listener) => void listeners.push(listener),
    settled: async () => void (await settling),
  }
}

function applies(order: FaultOrder, system: System, operation: string | undefined, keys: ExchangeKeys): boolean {
  if (order.system !== system) return false
  if (order.operation !== undefined && order.operation !== operation) return false
  const { match } = order
  if (match === undefined) return true
  return (['personalId', 'code', 'reference', 'client'] as const).every(
    (name) => match[name] === undefined || match[name] === keys[name],
  )
}
