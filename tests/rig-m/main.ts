/** Rig M by hand: `node tests/rig-m/main.ts [--seed N] [--long] [--checkout FOLDER]`. Ends with 1 when anything was found. */
import { parseArgs } from 'node:util'
import { longRun, runRigM, shortRun } from './rig.ts'

const { values } = parseArgs({
  options: { seed: { type: 'string' }, long: { type: 'boolean' }, checkout: { type: 'string' } },
})
const { findings, strokes, unaskedDeaths, folder, ...figures } = await runRigM({
  ...(values.long ? longRun : shortRun),
  seed: Number(values.seed ?? Date.now() % 1_000_000),
  say: (line) => void process.stderr.write(`${line}\n`),
  ...(values.checkout !== undefined && { checkout: values.checkout }),
})
for (const line of [...unaskedDeaths.map((death) => `unasked death: ${death}`), ...findings]) {
  process.stderr.write(`${line}\n`)
}
if (folder !== undefined) process.stderr.write(`kept: ${folder}\n`)
process.stdout.write(
  `${Object.entries({ ...figures, ...strokes })
    .map(([name, figure]) => `${name}=${figure}`)
    .join(' ')}\n`,
)
process.exitCode = figures.lost + figures.double + figures.unexplained === 0 ? 0 : 1
