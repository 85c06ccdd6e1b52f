/** Random histories: each seed switches some troubles on and draws a list of moves; a failing list is made as short as it can be. */
import * as fc from 'fast-check'
import type { SimulatedDatabase } from './simulated-database.ts'
import { judge } from './quiesce.ts'
import type { Violation } from './invariants.ts'
import { moveNames, moves, troubles, weightOf, type Move } from './moves.ts'
import { createWorld, type World } from './world.ts'

export interface Played {
  readonly world: World
  readonly violations: readonly Violation[]
}

export async function play(database: SimulatedDatabase, history: readonly Move[]): Promise<Played> {
  await database.reset()
  const world = createWorld(database)
  world.start()
  for (const { name, pick } of history) {
    await moves[name](world, pick)
    await world.steps.settle()
  }
  return { world, violations: await judge(world) }
}

const anyMove: fc.Arbitrary<Move> = fc.record({
  name: fc.oneof(...moveNames.map((name) => ({ weight: weightOf(name), arbitrary: fc.constant(name) }))),
  pick: fc.nat(0xffff),
})

/** How many moves are drawn for a history; about half of them stay. */
export interface HistoryLength {
  readonly minLength: number
  readonly maxLength: number
}

export const shortHistory: HistoryLength = { minLength: 40, maxLength: 130 }
export const longHistory: HistoryLength = { minLength: 90, maxLength: 300 }

/** Swarm: a history with few kinds of trouble goes deeper into them than one with all. */
const anyHistory = (length: HistoryLength): fc.Arbitrary<readonly Move[]> =>
  fc
    .record({
      chosen: fc.subarray([...troubles], { minLength: 2, maxLength: 14 }),
      drawn: fc.array(anyMove, { ...length, size: 'max' }),
    })
    .map(({ chosen, drawn }) => drawn.filter(({ name }) => !troubles.includes(name) || chosen.includes(name)))

export interface HistoryReport {
  readonly seed: number
  readonly violations: readonly Violation[]
  /** Every call that left a process and what became of it, in order, of the history as drawn. */
  readonly trace: readonly string[]
  /** Of the shortest failing history found. */
  readonly moves: readonly Move[]
}

export interface Tally {
  commands: number
  crashes: number
  acked: number
}

/** One history. The same seed and length play the same history, whatever was played before. */
export async function playSeed(
  database: SimulatedDatabase,
  seed: number,
  options: { readonly length?: HistoryLength; readonly tally?: Tally; readonly shrinkMs?: number } = {},
): Promise<HistoryReport> {
  const { length = shortHistory, tally, shrinkMs = 20_000 } = options
  let shrinkUntilMs: number | undefined
  let trace: readonly string[] = []
  const property = fc.asyncProperty(anyHistory(length), async (history) => {
    // Not fast-check's own limit: it would leave the interrupted history running over the next one's rows.
    if (shrinkUntilMs !== undefined && performance.now() > shrinkUntilMs) return true
    const { world, violations } = await play(database, history)
    if (shrinkUntilMs === undefined) {
      trace = world.steps.trace
      if (tally !== undefined) count(tally, world, history)
    }
    shrinkUntilMs ??= performance.now() + shrinkMs
    return violations.length === 0
  })
  const found = await fc.check(property, { seed, numRuns: 1, unbiased: true, endOnFailure: true })
  if (!found.failed || found.counterexample === null) return { seed, violations: [], trace, moves: [] }
  const shortest = await shorten(database, found.counterexample[0], shrinkUntilMs ?? 0)
  const { violations } = await play(database, shortest)
  return { seed, violations, trace, moves: shortest }
}

/** Leaves out whatever the failure does not need, move by move from the end. */
async function shorten(
  database: SimulatedDatabase,
  history: readonly Move[],
  untilMs: number,
): Promise<readonly Move[]> {
  let shortest = history
  for (let index = history.length - 1; index >= 0 && performance.now() < untilMs; index -= 1) {
    const without = shortest.toSpliced(index, 1)
    if ((await play(database, without)).violations.length > 0) shortest = without
  }
  return shortest
}

function count(tally: Tally, world: World, history: readonly Move[]): void {
  tally.commands += history.length
  tally.crashes += world.steps.trace.filter((line) => line.endsWith(' dies')).length
  tally.acked += world.acts.filter(({ end }) => end?.kind === 'answered' && end.answer.status === 201).length
}
