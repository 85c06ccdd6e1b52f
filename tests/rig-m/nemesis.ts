/** What goes wrong, in an order drawn by the seed and never more than was ordered. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Chance } from './chance.ts'
import type { FaultProxy } from './fault-proxy.ts'
import type { MortalProgram } from './mortal-program.ts'

export interface NemesisOrders {
  /** `kill -9` of a gateway. */
  readonly kills: number
  /** `pg_terminate_backend`. */
  readonly backendKills: number
  /** SIGQUIT to the postmaster: the database goes down without a word and recovers. */
  readonly databaseRestarts: number
  /** SIGSTOP of a gateway for longer than a job's lease, then SIGCONT. */
  readonly freezes: number
  /** `kill -9` of the portal. */
  readonly portalKills: number
}

export interface NemesisVictims {
  readonly gateways: readonly MortalProgram[]
  readonly portal: MortalProgram
  /** Between gateways and portal. */
  readonly proxy: FaultProxy
  readonly killBackend: (chance: Chance) => Promise<boolean>
  readonly restartDatabase: () => Promise<boolean>
}

export interface NemesisTally {
  readonly done: Record<keyof NemesisOrders, number>
}

/** pg-boss takes a job away from a worker that has not said a word for ten seconds; a create is taken over after fifteen. */
const freezeMs = [11_000, 17_000] as const
const calm = 0.06
const storm = 0.5

export interface NemesisOptions {
  readonly orders: NemesisOrders
  readonly victims: NemesisVictims
  readonly chance: Chance
  /** Between two strokes, on average. */
  readonly pauseMs: number
  readonly signal: AbortSignal
}

export async function unleash({ orders, victims, chance, pauseMs, signal }: NemesisOptions): Promise<NemesisTally> {
  const done = { kills: 0, backendKills: 0, databaseRestarts: 0, freezes: 0, portalKills: 0 }
  const { gateways, portal, proxy } = victims
  let freezing: Promise<void> | undefined

  const choose = () => gateways.filter((gateway) => gateway.isReady())
  const strokes: Record<keyof NemesisOrders, () => Promise<boolean>> = {
    kills: async () => {
      const [first, ...others] = choose()
      return first !== undefined && chance.pick([first, ...others]).kill()
    },
    backendKills: () => victims.killBackend(chance),
    databaseRestarts: victims.restartDatabase,
    freezes: async () => {
      const [first, ...others] = choose()
      // One at a time: with both asleep nothing is tried.
      if (first === undefined || freezing !== undefined) return false
      freezing = chance
        .pick([first, ...others])
        .freeze(chance.between(...freezeMs))
        .finally(() => (freezing = undefined))
      return true
    },
    portalKills: async () => portal.isReady() && portal.kill(),
  }

  const kinds = Object.keys(strokes) as (keyof NemesisOrders)[]
  const left = () => kinds.filter((kind) => done[kind] < orders[kind])
  for (let open = left(); open.length > 0 && !signal.aborted; open = left()) {
    await blow(proxy, chance)
    const kind = weighted(open, (each) => orders[each] - done[each], chance)
    if (await strokes[kind]().catch(() => false)) done[kind] += 1
    await pause(pauseMs * (0.4 + 1.2 * chance.next()))
  }
  proxy.weather(0)
  await proxy.accept()
  await freezing
  return { done }
}

/** Mostly a little wind, sometimes a storm, seldom nobody at home. */
async function blow(proxy: FaultProxy, chance: Chance): Promise<void> {
  const draw = chance.next()
  if (draw < 0.08) return proxy.refuse()
  await proxy.accept()
  proxy.weather(draw < 0.2 ? storm : calm)
}

function weighted<T>(choices: readonly T[], weightOf: (choice: T) => number, chance: Chance): T {
  const total = choices.reduce((sum, choice) => sum + weightOf(choice), 0)
  let at = chance.next() * total
  for (const choice of choices) {
    at -= weightOf(choice)
    if (at < 0) return choice
  }
  return choices.at(-1) as T
}
