/**
 * Every step a flow takes outside its process, and everything that can go wrong there: the process dies before it took effect,
 * after it did and before the answer, or right after the answer; or it lives, and the message or its answer is lost. Then a new
 * process recovers, which may die at every step of its own.
 */
import type { Violation } from './invariants.ts'
import { judge } from './quiesce.ts'
import type { SimulatedDatabase } from './simulated-database.ts'
import { createWorld, type World } from './world.ts'

export interface Flow {
  readonly name: string
  /** Brings the world to where the flow begins; nothing goes wrong here. */
  prepare(world: World): Promise<void>
  /** Begins the flow in the world's newest process. */
  act(world: World): void
  /** What its caller does when no answer came; the same again unless told. */
  again?(world: World): void
  /** Where the flow must come to, besides every invariant. */
  end?(world: World): Promise<string | undefined>
}

const deaths = ['dies before', 'dies after the effect', 'dies after the answer'] as const
const losses = ['lives, message lost', 'lives, answer lost'] as const
const strikes = [...deaths, ...losses]
type Strike = (typeof strikes)[number]

interface Point {
  readonly at: number
  readonly strike: Strike
}

export interface PointReport {
  readonly flow: string
  readonly points: readonly Point[]
  readonly problems: readonly string[]
}

export interface Exhausted {
  readonly cases: number
  readonly kills: number
  readonly failures: readonly PointReport[]
}

/** Longer than a create may be on its way: the caller's next try is an answer for the dead. */
const beforeTryingAgainMs = 20_000

/** All first points of a flow and, where `isNested`, all second ones in the recovery from a first. */
export async function exhaust(database: SimulatedDatabase, flow: Flow, isNested: boolean): Promise<Exhausted> {
  const failures: PointReport[] = []
  let cases = 0
  let kills = 0
  const tried = async (points: readonly Point[]): Promise<boolean> => {
    const { isReached, problems } = await tryPoints(database, flow, points)
    if (!isReached) return false
    cases += 1
    kills += points.filter(({ strike }) => isDeath(strike)).length
    if (problems.length > 0) failures.push({ flow: flow.name, points, problems })
    return true
  }
  for (const strike of strikes) {
    for (let at = 1; await tried([{ at, strike }]); at += 1) {
      if (!isNested || !isDeath(strike)) continue
      for (const second of deaths)
        for (
          let then = 1;
          await tried([
            { at, strike },
            { at: then, strike: second },
          ]);
          then += 1
        );
    }
  }
  return { cases, kills, failures }
}

/** The flow with the answer to its first step lost: one case, for who wants to see anything red soon. */
export async function tryOnce(database: SimulatedDatabase, flow: Flow): Promise<readonly PointReport[]> {
  const points = [{ at: 1, strike: 'lives, answer lost' }] as const
  const { problems } = await tryPoints(database, flow, points)
  return problems.length > 0 ? [{ flow: flow.name, points, problems }] : []
}

const isDeath = (strike: Strike): boolean => (deaths as readonly string[]).includes(strike)

async function tryPoints(
  database: SimulatedDatabase,
  flow: Flow,
  points: readonly Point[],
): Promise<{ readonly isReached: boolean; readonly problems: readonly string[] }> {
  await database.reset()
  const world = createWorld(database)
  world.start()
  await flow.prepare(world)
  const [first, second] = points
  if (!(await drive(world, [flow.act], first))) return { isReached: false, problems: [] }
  await world.advance(beforeTryingAgainMs)
  const recovery = [flow.again ?? flow.act, sweep, ...Array.from({ length: 3 }, () => runNextJob)]
  if (!(await drive(world, recovery, second)) && second !== undefined) return { isReached: false, problems: [] }
  // Whoever asked is as stubborn as we are: it tries until it is answered.
  if (second !== undefined) {
    await world.advance(beforeTryingAgainMs)
    await drive(world, [flow.again ?? flow.act], undefined)
  }
  const violations = await judge(world)
  const missed = violations.length === 0 ? await flow.end?.(world) : undefined
  return { isReached: true, problems: [...violations.map(sentence), ...(missed === undefined ? [] : [missed])] }
}

const sentence = ({ invariant, sentence: what }: Violation): string => `${invariant}: ${what}`

/** Runs the beginnings one after another; strikes at the point's step. Says whether it was reached. */
async function drive(
  world: World,
  begin: readonly ((world: World) => void)[],
  point: Point | undefined,
): Promise<boolean> {
  let step = 0
  let isStruck = false
  for (const start of begin) {
    start(world)
    for (;;) {
      await world.steps.settle()
      const [parked] = world.steps.waiting()
      if (parked === undefined) {
        const waitMs = world.time.untilNextMs()
        if (waitMs === undefined || waitMs > 10_000) break
        await world.advance(waitMs)
        continue
      }
      step += 1
      if (point === undefined || step !== point.at) {
        await world.steps.answer(parked)
        continue
      }
      isStruck = true
      await strikeAt(world, parked, point.strike)
      if (isDeath(point.strike)) return true
    }
  }
  return isStruck
}

async function strikeAt(world: World, parked: Parameters<World['steps']['answer']>[0], strike: Strike): Promise<void> {
  const { steps, processes } = world
  const process = processes.find(({ life }) => life === parked.life)
  switch (strike) {
    case 'lives, message lost':
      return steps.drop(parked, 'silent')
    case 'lives, answer lost':
      return steps.lose(parked)
    case 'dies before':
      break
    case 'dies after the effect':
      await steps.perform(parked)
      break
    case 'dies after the answer':
      await steps.answer(parked)
      break
  }
  if (process !== undefined) world.crash(process)
}

export const newest = (world: World) => world.processes.at(-1) ?? world.start()

const sweep = (world: World): void => {
  world.sweep(newest(world))
}

const runNextJob = (world: World): void => {
  const process = newest(world)
  const queued = process.jobs.shift()
  if (queued !== undefined) world.run(process, queued.job)
}
