/** The command line as an operator meets it: a program, an environment, what it says, what it leaves. */
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkout } from './checkout.ts'
import { runProgram, type ProgramEnd, type ProgramPlace } from './run-program.ts'
import { startProgram, type RunningProgram } from './running-program.ts'

type Variables = Readonly<Record<string, string>>
type User = Pick<ProgramPlace, 'uid' | 'gid'>

const script = join(checkout, 'src/cli/index.ts')

export const lienthong = (args: readonly string[], env: Variables, user: User = {}): Promise<ProgramEnd> =>
  runProgram(process.execPath, [script, ...args], { cwd: '/', env, ...user })

export const startLienthong = (args: readonly string[], env: Variables): RunningProgram =>
  startProgram(process.execPath, [script, ...args], { cwd: '/', env })

/** One tenant whose population register nobody answers for: enough to start on, with no simulator. */
export async function writeConfiguration(folder: string): Promise<void> {
  await writeFile(join(folder, 'population-secret'), 'invented\n', { mode: 0o600 })
  const population = {
    dialect: 'dancu037',
    url: 'http://127.0.0.1:9/dancu/037',
    hashUrl: 'http://127.0.0.1:9/dancu/037',
    user: 'lao-cai-lgsp',
    secretFile: 'population-secret',
  }
  await writeFile(join(folder, 'gateway.yaml'), JSON.stringify({ tenants: { 'lao-cai': { population } } }))
}

/** Processes whose command names `text`, as the database of a folder names its folder. */
export function processesNaming(text: string): readonly number[] {
  const named = (pid: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)
    } catch {
      return false
    }
  }
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && named(entry))
    .map(Number)
}
