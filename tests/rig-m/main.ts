/**
 * Rig M by hand: `node tests/rig-m/main.ts [--seed N] [--long] [--checkout FOLDER] [--planted WORDS]`. Ends with 1 when
 * anything was found. `--planted` runs over sources with the bug of tests/simulation/planted-bugs.ts whose name holds the
 * words, and then ends with 1 when nothing was found.
 */
import { parseArgs } from 'node:util'
import { plantedBugs } from '../simulation/planted-bugs.ts'
import { withPlanted } from '../simulation/planted.ts'
import { longRun, plantedRun, runRigM, shortRun, type RigMOptions, type RigMReport } from './rig.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    long: { type: 'boolean' },
    checkout: { type: 'string' },
    planted: { type: 'string' },
  },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const say = (line: string) => void process.stderr.write(`${line}\n`)

/** What a gateway and the portal are made of. */
const parts = ['package.json', 'src', 'adapters', 'sandbox', 'contracts', 'docs']

const planted = values.planted
const isClean =
  planted === undefined
    ? tell(await run({ ...(values.long ? longRun : shortRun), ...(values.checkout && { checkout: values.checkout }) }))
    : !tell(await withPlanted(bugOf(planted), parts, (checkout) => run({ ...plantedRun, checkout })))
process.exitCode = isClean ? 0 : 1

function bugOf(words: string) {
  const bug = plantedBugs.find(({ name }) => name.includes(words))
  if (bug === undefined) throw new Error(`no planted bug is called ${words}`)
  say(`planted: ${bug.name}`)
  return bug
}

function run(options: Omit<RigMOptions, 'seed'>): Promise<RigMReport> {
  return runRigM({ ...options, seed, say })
}

/** Prints the report; whether nothing was found. */
function tell({ findings, strokes, unaskedDeaths, folder, ...figures }: RigMReport): boolean {
  for (const line of [...unaskedDeaths.map((death) => `unasked death: ${death}`), ...findings]) say(line)
  if (folder !== undefined) say(`kept: ${folder}`)
  const line = Object.entries({ ...figures, ...strokes }).map(([name, figure]) => `${name}=${figure}`)
  process.stdout.write(`${line.join(' ')}\n`)
  return figures.lost + figures.double + figures.unexplained === 0
}
