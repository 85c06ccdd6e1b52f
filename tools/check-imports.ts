/** Checks the import table. A cruise that read nothing is green and checks nothing, so the count is asserted too. */
import { spawnSync } from 'node:child_process'

interface Cruise {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly unknown[] }[]
  readonly summary: {
    readonly error: number
    readonly violations: readonly {
      readonly from: string
      readonly to: string
      readonly rule: { readonly name: string; readonly severity: string }
    }[]
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string; readonly comment: string }[] }
  }
}

const folders = ['src', 'adapters', 'sandbox']
const ours = (source: string): boolean => folders.some((folder) => source.startsWith(`${folder}/`))

const { modules, summary } = cruise()
const read = modules.filter(({ source }) => ours(source))
const arrows = read.reduce((sum, { dependencies }) => sum + dependencies.length, 0)
// A violation names its rule only; the sentence to the person who broke it is with the rules.
const sentences = new Map(summary.ruleSetUsed.forbidden.map(({ name, comment }) => [name, comment]))

for (const { from, to, rule } of summary.violations) {
  process.stderr.write(`${from} -> ${to}\n  ${rule.name}: ${sentences.get(rule.name) ?? ''}\n`)
}
if (read.length === 0 || arrows === 0) {
  process.stderr.write('the cruise read no modules: it checked nothing\n')
  process.exitCode = 1
} else if (summary.error > 0) {
  process.stderr.write(`${summary.error} imports break the table in .dependency-cruiser.mjs\n`)
  process.exitCode = 1
} else {
  process.stdout.write(`import table: ${read.length} modules, ${arrows} imports, none out of place\n`)
}

function cruise(): Cruise {
  // depcruise exits with the number of violations; its report is on standard output either way.
  const { stdout, stderr } = spawnSync(
    'node_modules/.bin/depcruise',
    ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...folders],
    { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  )
  if (stdout === '') throw new Error(`depcruise said nothing: ${stderr}`)
  return JSON.parse(stdout) as Cruise
}
