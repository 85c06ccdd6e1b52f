/** Reading what a tester sends to the control port. Every refusal names the field and lists what is known. */
import type { FaultCatalogue } from './fault-catalogue.ts'
import type { FaultOrder } from './faults.ts'
import { systems, type ExchangeKeys, type Operation, type System } from './simulator.ts'

/** Answered as 400 with `known` beside the message. */
export class ControlRefusal extends Error {
  override readonly name = 'ControlRefusal'
  readonly pointer: string
  readonly known: readonly string[]

  constructor(pointer: string, message: string, known: readonly string[] = []) {
    super(message)
    this.pointer = pointer
    this.known = known
  }
}

type Body = Readonly<Record<string, unknown>>

export function parseFaultOrder(
  value: unknown,
  catalogue: FaultCatalogue,
  operationsOf: (system: System) => readonly Operation[],
): FaultOrder {
  const body = object('', value, ['system', 'operation', 'fault', 'times', 'match', 'params'])
  const system = parseSystem(body['system'])
  const known = catalogue.known(system)
  const names = known.map(({ name }) => name)
  const fault = known.find(({ name }) => name === body['fault'])
  if (!fault) throw new ControlRefusal('/fault', `unknown fault of ${system}`, names)
  const operation = parseOperation(body['operation'], operationsOf(system))
  if (operation !== undefined && !catalogue.concerns(system, fault.name, operation)) {
    throw new ControlRefusal('/operation', `${fault.name} does not happen to ${operation}`, fault.operations)
  }
  const times = whole('/times', body['times'], 1)
  const match = parseMatch(body['match'])
  const params = parseParams(body['params'])
  return {
    system,
    fault: fault.name,
    ...(operation !== undefined && { operation }),
    ...(times !== undefined && { times }),
    ...(match && { match }),
    ...(params && { params }),
  }
}

type ClockOrder = { readonly kind: 'set'; readonly epochMs: number } | { readonly kind: 'advance'; readonly ms: number }

export interface ClockOrders {
  readonly move?: ClockOrder
  readonly freeze?: boolean
}

/** `set` (RFC 3339 or epoch milliseconds) or `advanceMs`, and `freeze`, which is carried out first. */
export function parseClockOrders(value: unknown): ClockOrders {
  const body = object('', value, ['set', 'advanceMs', 'freeze'])
  const { set, advanceMs, freeze } = body
  if (set === undefined && advanceMs === undefined && freeze === undefined) {
    throw new ControlRefusal('', 'one of set, advanceMs, freeze is needed', ['set', 'advanceMs', 'freeze'])
  }
  if (set !== undefined && advanceMs !== undefined) {
    throw new ControlRefusal('/advanceMs', 'set and advanceMs exclude each other')
  }
  if (freeze !== undefined && typeof freeze !== 'boolean') throw new ControlRefusal('/freeze', 'must be true or false')
  return { ...moveOf(set, advanceMs), ...(freeze !== undefined && { freeze }) }
}

function parseSystem(value: unknown): System {
  // Folder names and the API spell them differently; a tester means the same.
  const wanted = typeof value === 'string' ? value.replaceAll('-', '_') : value
  const system = systems.find((one) => one === wanted)
  if (!system) throw new ControlRefusal('/system', 'unknown system', systems)
  return system
}

function moveOf(set: unknown, advanceMs: unknown): { move?: ClockOrder } {
  if (advanceMs !== undefined) {
    if (typeof advanceMs !== 'number' || !Number.isFinite(advanceMs)) {
      throw new ControlRefusal('/advanceMs', 'must be a number of milliseconds')
    }
    return { move: { kind: 'advance', ms: advanceMs } }
  }
  if (set === undefined) return {}
  const epochMs = typeof set === 'string' ? Date.parse(set) : set
  if (typeof epochMs !== 'number' || Number.isNaN(new Date(epochMs).getTime())) {
    throw new ControlRefusal('/set', 'must be an RFC 3339 instant or epoch milliseconds')
  }
  return { move: { kind: 'set', epochMs } }
}

function parseOperation(value: unknown, operations: readonly Operation[]): string | undefined {
  if (value === undefined) return undefined
  const operation = operations.find(({ name, aliases = [] }) => [name, ...aliases].some((one) => one === value))
  if (operation) return operation.name
  throw new ControlRefusal(
    '/operation',
    'unknown operation',
    operations.map(({ name }) => name),
  )
}

const matchFields = ['personalId', 'code', 'reference', 'client'] as const

function parseMatch(value: unknown): ExchangeKeys | undefined {
  if (value === undefined) return undefined
  const body = object('/match', value, matchFields)
  const entries = Object.entries(body).filter(([, wanted]) => wanted !== undefined)
  const wrong = entries.find(([, wanted]) => typeof wanted !== 'string' || wanted === '')
  if (wrong) throw new ControlRefusal(`/match/${wrong[0]}`, 'must be a text')
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as ExchangeKeys)
}

/** An hour is longer than any client waits; more would only be a typing error. */
const longestDelayMs = 3_600_000

function parseParams(value: unknown): FaultOrder['params'] | undefined {
  if (value === undefined) return undefined
  const body = object('/params', value, ['delayMs', 'atByte'])
  const delayMs = whole('/params/delayMs', body['delayMs'], 0, longestDelayMs)
  const atByte = whole('/params/atByte', body['atByte'], 0)
  return { ...(delayMs !== undefined && { delayMs }), ...(atByte !== undefined && { atByte }) }
}

function object(pointer: string, value: unknown, fields: readonly string[]): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ControlRefusal(pointer, 'must be a JSON object', fields)
  }
  const unknown = Object.keys(value).find((name) => !fields.includes(name))
  if (unknown !== undefined) throw new ControlRefusal(`${pointer}/${unknown}`, 'unknown field', fields)
  return value as Body
}

function whole(pointer: string, value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw new ControlRefusal(pointer, `must be a whole number from ${least}${most < 1e12 ? ` to ${most}` : ''}`)
}
