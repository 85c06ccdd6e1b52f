/**
 * Every call that leaves a process waits here until the simulation says what becomes of it. Nothing else in the process is
 * asynchronous, so the order of these decisions is the whole interleaving, and one list of decisions is one history.
 */
import type { Life } from './virtual-time.ts'

export interface Call<T> {
  readonly life: Life
  /** For the trace and for choosing: `db commit`, `portal openTransaction`. */
  readonly name: string
  /** What it does to the world outside. */
  effect(): Promise<T>
  /** What the caller sees when no answer comes back. */
  trouble(kind: Trouble): Error
  /** Fires when the caller stops waiting: the message may still be on its way. */
  readonly signal?: AbortSignal
}

/** `unreachable`: it never left. `silent`: it left, and nobody answers. `busy`: "something went wrong", which proves nothing. `refused`: turned away with a definite word. */
export type Trouble = 'unreachable' | 'silent' | 'busy' | 'refused'

export interface Parked {
  readonly life: Life
  readonly name: string
}

export interface Steps {
  park<T>(call: Call<T>): Promise<T>
  /** Calls of living processes, in the order they were made. */
  waiting(): readonly Parked[]
  /** Takes effect, unless it has already, and is answered. */
  answer(parked: Parked): Promise<void>
  /** Takes effect; the answer is still on its way. */
  perform(parked: Parked): Promise<void>
  /** Takes effect, and no usable answer comes back. */
  lose(parked: Parked, kind?: Trouble): Promise<void>
  /** Takes no effect, and the caller learns of trouble. */
  drop(parked: Parked, kind: Trouble): Promise<void>
  /** The process is gone. `leaving`: its messages are still under way and arrive later. */
  kill(life: Life, leaving?: boolean): void
  /** Messages whose sender no longer waits take their effect. */
  deliverLate(): Promise<void>
  /** Until nobody can go on without an answer. */
  settle(): Promise<void>
  readonly trace: string[]
}

interface Entry extends Parked {
  readonly call: Call<unknown>
  outcome?: { readonly value: unknown } | { readonly error: unknown }
  resolve(value: unknown): void
  reject(error: unknown): void
}

export function createSteps(): Steps {
  const entries = new Set<Entry>()
  const late: Entry[] = []
  const trace: string[] = []
  const note = ({ life, name }: Parked, what: string) => void trace.push(`${life.name} ${name} ${what}`)
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  const waiting = () => [...entries].filter(({ life }) => !life.isDead)
  const entryOf = (parked: Parked): Entry => parked as Entry

  const perform = async (parked: Parked): Promise<void> => {
    const entry = entryOf(parked)
    if (entry.outcome !== undefined) return
    try {
      entry.outcome = { value: await entry.call.effect() }
      note(entry, 'done')
    } catch (error) {
      entry.outcome = { error }
      note(entry, `refused ${(error as { code?: string }).code ?? ''}`)
    }
  }

  const fail = async (entry: Entry, kind: Trouble, what: string): Promise<void> => {
    note(entry, what)
    entries.delete(entry)
    entry.reject(entry.call.trouble(kind))
    await settle()
  }

  return {
    park: <T>(call: Call<T>) =>
      new Promise<T>((resolve, reject) => {
        // A dead process neither acts nor learns anything.
        if (call.life.isDead) return
        const { life, name } = call
        const entry: Entry = { life, name, call, resolve, reject }
        entries.add(entry)
        call.signal?.addEventListener('abort', () => {
          if (!entries.delete(entry)) return
          note(entry, 'given up')
          if (entry.outcome === undefined) late.push(entry)
          reject(call.trouble('silent'))
        })
      }),
    waiting,
    perform,
    answer: async (parked) => {
      await perform(parked)
      const entry = entryOf(parked)
      entries.delete(entry)
      const { outcome } = entry
      if (outcome !== undefined && 'value' in outcome) entry.resolve(outcome.value)
      else entry.reject(outcome?.error)
      await settle()
    },
    lose: async (parked, kind = 'silent') => {
      await perform(parked)
      await fail(entryOf(parked), kind, `lost, ${kind}`)
    },
    drop: (parked, kind) => {
      const entry = entryOf(parked)
      return fail(entry, entry.outcome === undefined ? kind : 'silent', kind)
    },
    kill: (life, leaving = false) => {
      life.isDead = true
      trace.push(`${life.name} dies`)
      for (const entry of entries) {
        if (entry.life !== life) continue
        entries.delete(entry)
        if (leaving && entry.outcome === undefined) late.push(entry)
      }
    },
    deliverLate: async () => {
      for (const entry of late.splice(0)) await perform(entry)
    },
    settle,
    trace,
  }
}
