/** Rig S from end to end: kept seeds, crash points, random histories; one report. */
import { readFileSync } from 'node:fs'
import { exhaust, tryOnce, type PointReport } from './crash-points.ts'
import { flows } from './flows.ts'
import { play, playSeed, type HistoryLength, type HistoryReport, type Tally } from './histories.ts'
import type { Move } from './moves.ts'
import { simulatedDatabase, type SimulatedDatabase } from './simulated-database.ts'

export interface RigOptions {
  /** Of the first history; the others follow it. */
  readonly seed: number
  readonly histories: number
  /** Of each; short ones unless told. */
  readonly length?: HistoryLength
  /** Flows in whose recovery every step is struck again; none for the quick form. */
  readonly isNested?: (flow: string) => boolean
  /** Leave off at the first failure, and begin with one case of each flow: most bugs show at once. */
  readonly untilRed?: boolean
  /** Told how far it is. */
  readonly say?: (line: string) => void
}

export interface RigReport {
  readonly histories: number
  readonly commands: number
  readonly crashPoints: number
  readonly kills: number
  /** Orders acknowledged to clients. */
  readonly acked: number
  readonly lost: number
  readonly double: number
  readonly unexplained: number
  /** Everything that broke, in words. */
  readonly failures: readonly string[]
}

/** In whose recovery every step is struck again also in the short form; `npm run proof -- --long` does so everywhere. */
const nestedBriefly = new Set([
  'create',
  'settle what never arrived, by sending it again',
  'look at a payment in doubt',
  'confirm a notification about nothing of ours',
])
export const isNestedBriefly = (flow: string): boolean => nestedBriefly.has(flow)

export interface KeptHistory {
  /** That found it, with the generator of that day. */
  readonly seed: number
  readonly why: string
  readonly moves: readonly Move[]
}

/** Histories that failed once, as short as they could be made; replayed for ever, whatever a seed draws today. */
export const keptHistories = (): readonly KeptHistory[] =>
  JSON.parse(readFileSync(new URL('./seeds.json', import.meta.url), 'utf8')) as KeptHistory[]

export async function runRigS(options: RigOptions): Promise<RigReport> {
  const database = await simulatedDatabase()
  try {
    return await runOn(database, options)
  } finally {
    await database.close()
  }
}

async function runOn(database: SimulatedDatabase, options: RigOptions): Promise<RigReport> {
  const { seed, histories, length, isNested = () => false, untilRed = false, say = () => undefined } = options
  const tally: Tally = { commands: 0, crashes: 0, acked: 0 }
  const failedHistories: HistoryReport[] = []
  const failedPoints: PointReport[] = []
  let crashPoints = 0
  let played = 0
  let kills = 0
  const isOver = () => untilRed && failedHistories.length + failedPoints.length > 0
  const seeds = Array.from({ length: histories }, (_, index) => seed + index)

  for (const flow of untilRed ? flows : []) {
    if (isOver()) break
    failedPoints.push(...(await tryOnce(database, flow)))
  }
  for (const kept of isOver() ? [] : keptHistories()) {
    const { violations } = await play(database, kept.moves)
    if (violations.length > 0) failedHistories.push({ ...kept, violations, trace: [] })
  }
  for (const one of seeds) {
    if (isOver()) break
    const report = await playSeed(database, one, {
      ...(length && { length }),
      tally,
      shrinkMs: untilRed ? 0 : 20_000,
    })
    if (report.violations.length > 0) {
      failedHistories.push(report)
      say(describeHistory(report))
    }
    played += 1
    if (played % Math.ceil(histories / 10) === 0 || played === histories)
      say(`${played} histories of ${tally.commands} commands, ${failedHistories.length} broken`)
  }
  for (const flow of flows) {
    if (isOver()) break
    const exhausted = await exhaust(database, flow, isNested(flow.name))
    crashPoints += exhausted.cases
    kills += exhausted.kills
    failedPoints.push(...exhausted.failures)
    if (isNested(flow.name))
      say(`"${flow.name}" struck at ${exhausted.cases} points, ${exhausted.failures.length} broken`)
  }

  const broken = failedHistories.flatMap(({ violations }) => violations.map(({ invariant }) => invariant))
  const count = (...names: readonly string[]) => broken.filter((name) => names.includes(name)).length
  const lost = count('I2_nothing_lost')
  const double = count('I1_paid_once', 'I1a_one_payable', 'I4_one_effect')
  return {
    histories: played,
    commands: tally.commands,
    crashPoints,
    kills: kills + tally.crashes,
    acked: tally.acked,
    lost,
    double,
    unexplained: broken.length - lost - double + failedPoints.length,
    failures: [...failedPoints.map(describePoint), ...failedHistories.map(describeHistory)],
  }
}

export const describePoint = ({ flow, points, problems }: PointReport): string =>
  `${flow}: ${points.map(({ at, strike }) => `step ${at} ${strike}`).join(', then ')}: ${problems.join('; ')}`

export const describeHistory = ({ seed, violations, moves }: HistoryReport): string =>
  `seed ${seed}: ${violations.map(({ invariant, sentence }) => `${invariant}: ${sentence}`).join('; ')}\n  ${moves
    .map(({ name, pick }) => `${name} ${pick}`)
    .join(', ')}`
