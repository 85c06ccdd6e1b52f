/**
 * `npm run proof`: crash points, random histories and planted bugs in the simulation, then real processes killed, and one
 * line at the end. `--long` is the form a release needs, `--seed` plays the same histories again, `--without-…` leaves a part to another run.
 */
import { parseArgs } from 'node:util'
import { longRun, runRigM, shortRun } from '../tests/rig-m/rig.ts'
import { longHistory, shortHistory } from '../tests/simulation/histories.ts'
import { plant } from '../tests/simulation/planted.ts'
import { plantedBugs } from '../tests/simulation/planted-bugs.ts'
import { isNestedBriefly, runRigS } from '../tests/simulation/rig.ts'

const { values } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    seed: { type: 'string' },
    histories: { type: 'string' },
    'without-simulation': { type: 'boolean', default: false },
    'without-planted': { type: 'boolean', default: false },
    'without-processes': { type: 'boolean', default: false },
  },
})

const startedMs = performance.now()
const seed = whole(values.seed) ?? Math.floor(Math.random() * 0x3fff_ffff)
const histories = whole(values.histories) ?? (values.long ? 10_000 : 300)

function whole(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${text} is not a whole number`)
  return value
}

const report = values['without-simulation']
  ? undefined
  : await runRigS({
      seed,
      histories,
      length: values.long ? longHistory : shortHistory,
      isNested: values.long ? () => true : isNestedBriefly,
      say: (line) => void process.stdout.write(`simulation: ${line}\n`),
    })
for (const failure of report?.failures ?? []) process.stdout.write(`BROKEN ${failure}\n`)

const missed = values['without-planted'] ? [] : await plantAll()

async function plantAll(): Promise<readonly string[]> {
  const unnoticed: string[] = []
  for (const bug of plantedBugs) {
    const { by } = await plant(bug)
    process.stdout.write(`${by === undefined ? 'MISSED' : 'caught'} "${bug.name}"\n`)
    if (by === undefined) unnoticed.push(bug.name)
  }
  return unnoticed
}

const metal = values['without-processes']
  ? undefined
  : await runRigM({
      ...(values.long ? longRun : shortRun),
      seed,
      say: (line) => void process.stdout.write(`real processes: ${line}\n`),
    })
for (const finding of metal?.findings ?? []) process.stdout.write(`BROKEN ${finding}\n`)

const planted = values['without-planted'] ? undefined : `${plantedBugs.length - missed.length}/${plantedBugs.length}`
const minutes = ((performance.now() - startedMs) / 60_000).toFixed(1)
const both = (figure: 'acked' | 'lost' | 'double' | 'unexplained' | 'kills'): number =>
  (report?.[figure] ?? 0) + (metal?.[figure] ?? 0)
const { histories: played, commands, crashPoints } = report ?? {}
const figures = {
  histories: played,
  commands,
  crash_points: crashPoints,
  kills: both('kills'),
  process_kills: metal?.kills,
  acked: both('acked'),
  lost: both('lost'),
  double: both('double'),
  unexplained: both('unexplained'),
  planted,
  seed,
  minutes,
}
const line = Object.entries(figures).map(([name, figure]) => `${name}=${figure ?? 'not run'}`)
process.stdout.write(`${line.join(' ')}\n`)
const broken = both('lost') + both('double') + both('unexplained')
if (broken + (report?.failures.length ?? 0) + missed.length > 0) process.exitCode = 1
