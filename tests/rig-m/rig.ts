/**
 * Rig M: real processes, killed. Two gateways, a PostgreSQL, the portal, a receiver of webhooks and 32 clients run while a
 * nemesis kills, freezes and cuts; then everything is let come to rest, and a program that shares no code with the gateway
 * compares what the clients saw, what the portal did, what the receiver was told, and what the database says.
 */
import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { dateInVietnam } from '#domain/vietnam-date.ts'
import { chanceOf } from './chance.ts'
import { writeRows } from './database-rows.ts'
import { openHistory, type History } from './history.ts'
import { openRigHouse, type RigHouse } from './house.ts'
import { unleash, type NemesisOrders } from './nemesis.ts'
import { runOneStop } from './one-stop.ts'
import { waitForQuiet } from './quiesce.ts'
import { compareTwice } from './reconcile.ts'

export interface RigMOptions {
  readonly seed: number
  readonly nemesis: NemesisOrders
  /** The rig goes on until so many orders are acknowledged, and all strokes are done. */
  readonly orders: number
  /** Creates per second over all clients, as far as the machine carries them. */
  readonly ordersPerSecond: number
  /** So many of them one after the other by each client, only the last followed to its end. */
  readonly ordersInARow: number
  /** Between two strokes of the nemesis, on average. */
  readonly strokeEveryMs: number
  /** The storm ends then, whatever is left of it. */
  readonly stormWithinMs: number
  /** A checkout of ours with other sources, e.g. with a bug planted; this one unless told. */
  readonly checkout?: string
  readonly say?: (line: string) => void
}

/** What the checker prints. */
export interface Verdict {
  readonly acked: number
  readonly lost: number
  readonly double: number
  readonly unexplained: number
  readonly waiting: number
  /** Events the receiver of webhooks was told, and said so. */
  readonly told: number
  /** The first of each kind, in words. */
  readonly findings: readonly string[]
}

export interface RigMReport extends Verdict {
  readonly seed: number
  readonly minutes: number
  readonly kills: number
  readonly strokes: Readonly<Record<keyof NemesisOrders, number>>
  readonly spoiled: number
  /** Deaths of gateways and portal nobody asked for: at a start without a database they are by design. */
  readonly unaskedDeaths: readonly string[]
  readonly quietAfterSeconds: number
  /** Where everything lies that the verdict rests on; kept only when something was found. */
  readonly folder: string | undefined
}

/** For `npm test`: some two minutes on two quiet cores. */
export const shortRun: Omit<RigMOptions, 'seed'> = {
  nemesis: { kills: 30, backendKills: 20, databaseRestarts: 4, freezes: 5, portalKills: 3 },
  orders: 0,
  ordersPerSecond: 24,
  ordersInARow: 1,
  strokeEveryMs: 1_300,
  stormWithinMs: 240_000,
}

/** For `npm run proof -- --long`: some two hours on two cores. */
export const longRun: Omit<RigMOptions, 'seed'> = {
  nemesis: { kills: 1_000, backendKills: 1_000, databaseRestarts: 500, freezes: 200, portalKills: 100 },
  orders: 100_000,
  ordersPerSecond: 60,
  ordersInARow: 8,
  strokeEveryMs: 1_300,
  stormWithinMs: 12 * 3_600_000,
}

/** For sources with a bug planted: short, and with more trouble for the database than a gateway ever sees. */
export const plantedRun: Omit<RigMOptions, 'seed'> = {
  nemesis: { kills: 10, backendKills: 20, databaseRestarts: 4, freezes: 1, portalKills: 2 },
  orders: 0,
  ordersPerSecond: 24,
  ordersInARow: 1,
  strokeEveryMs: 1_000,
  stormWithinMs: 90_000,
}

const clients = 32
const patienceAfterStormMs = 60_000
const quietWithinMs = 150_000
/** A hundred thousand rows, twice. */
const compareWithinMs = 600_000
const thisCheckout = fileURLToPath(new URL('../..', import.meta.url))

/** Rejects when the rig itself cannot be set up or judged; what it finds is in the report. Needs python3. */
export async function runRigM(options: RigMOptions): Promise<RigMReport> {
  const startedMs = performance.now()
  const startedAtMs = Date.now()
  const chance = chanceOf(options.seed)
  const house = await openRigHouse({ chance, checkout: options.checkout ?? thisCheckout })
  const say = options.say ?? (() => undefined)
  try {
    const history = openHistory(join(house.folder, 'history.jsonl'))
    const strokes = await storm(options, house, history)
    say(`the storm is over: ${history.acknowledged()} orders acknowledged`)
    history.close()
    for (const program of [...house.gateways, house.portal]) await program.becomesReady(patienceAfterStormMs)
    const { connectionString, portalJournal, controlUrl } = house
    const look = (payment: string) => lookAt(house, payment)
    const quiet = await waitForQuiet({ connectionString, portalJournal, controlUrl, look, withinMs: quietWithinMs })
    say(`at rest after ${Math.round(quiet.tookMs / 1_000)} s, ${quiet.open} still on their way`)
    await compareTwice({
      gatewayUrl: house.gatewayUrls[0],
      token: house.token,
      dates: new Set([startedAtMs, Date.now()].map(dateInVietnam)),
      file: join(house.folder, 'reconciliation.jsonl'),
      withinMs: compareWithinMs,
    })
    // Rows, and what was told of them, are of one moment only when nobody writes and tells any more.
    await Promise.all(house.gateways.map((gateway) => gateway.close()))
    await writeRows(connectionString, join(house.folder, 'rows.jsonl'))
    const unaskedDeaths = [...house.gateways, house.portal].flatMap(({ unasked }) => unasked)
    const spoiled = Object.values(house.proxy.spoiled).reduce((sum, count) => sum + count, 0)
    await house.close()
    const verdict = await check(house.folder)
    const isClean = verdict.lost + verdict.double + verdict.unexplained === 0
    const report: RigMReport = {
      ...verdict,
      seed: options.seed,
      minutes: Math.round((performance.now() - startedMs) / 6_000) / 10,
      kills: strokes.kills,
      strokes,
      spoiled,
      unaskedDeaths,
      quietAfterSeconds: Math.round(quiet.tookMs / 1_000),
      folder: isClean ? undefined : house.folder,
    }
    if (isClean) await rm(house.folder, { recursive: true, force: true })
    else await writeFile(join(house.folder, 'report.json'), JSON.stringify(report, undefined, 2))
    return report
  } finally {
    await house.close()
  }
}

async function storm(options: RigMOptions, house: RigHouse, history: History): Promise<RigMReport['strokes']> {
  const chance = chanceOf(options.seed)
  const stormOver = new AbortController()
  const limit = setTimeout(() => stormOver.abort(), options.stormWithinMs)
  let isOver = false
  const workers = Array.from({ length: clients }, (_, worker) =>
    runOneStop({
      worker,
      chance: chance.branch(`client ${worker}`),
      history,
      gateways: house.gatewayUrls,
      token: house.token,
      pay: (reference, outcome) => settle(house.controlUrl, reference, outcome),
      run: `H38.17-${options.seed}`,
      isOver: () => isOver,
      ordersInARow: options.ordersInARow,
      pauseMs: (clients * options.ordersInARow * 1_000) / options.ordersPerSecond,
    }),
  )
  const { done } = await unleash({
    orders: options.nemesis,
    victims: house,
    chance: chance.branch('nemesis'),
    pauseMs: options.strokeEveryMs,
    signal: stormOver.signal,
  })
  while (history.acknowledged() < options.orders && !stormOver.signal.aborted) await pause(200)
  clearTimeout(limit)
  isOver = true
  await Promise.all(workers)
  return done
}

/** As any client does that wants to know; what it is told is not judged here. */
async function lookAt({ gatewayUrls, token }: RigHouse, payment: string): Promise<void> {
  const answer = await fetch(`${gatewayUrls[0]}/v1/payments/${payment}`, {
    headers: { authorization: `Bearer ${await token(false)}` },
    signal: AbortSignal.timeout(5_000),
  }).catch(() => undefined)
  await answer?.body?.cancel()
}

/** What the payer does; false while the portal does not know the reference, or is not there. */
async function settle(controlUrl: string, reference: string, outcome: 'paid' | 'failed'): Promise<boolean> {
  const answer = await fetch(`${controlUrl}/_sandbox/payments/${reference}/outcome`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ outcome }),
    signal: AbortSignal.timeout(5_000),
  })
  await answer.body?.cancel()
  return answer.ok
}

const checker = fileURLToPath(new URL('check.py', import.meta.url))

/** What the checker says of a folder with history, books and rows. Rejects when it cannot run. */
export async function check(folder: string): Promise<Verdict> {
  const { stdout } = await promisify(execFile)('python3', [checker, folder], { maxBuffer: 16 * 1024 * 1024 })
  return JSON.parse(stdout) as Verdict
}
