/** Runs a program to its end, on the Node that runs the tests, and says everything it said. */
import { execFile, type ExecFileOptions } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { checkout } from './checkout.ts'

export interface ProgramEnd {
  /** Undefined when it was killed. */
  readonly status: number | undefined
  readonly stdout: string
  readonly stderr: string
}

export interface ProgramPlace extends Pick<ExecFileOptions, 'cwd' | 'uid' | 'gid'> {
  readonly env?: Readonly<Record<string, string>>
}

/** Neither a newer npm's advice nor anything of a developer's shell that is ours to set changes what a program says. */
export const programEnvironment = (differing: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
  HOME: process.env['HOME'] ?? '/',
  npm_config_update_notifier: 'false',
  // Dozens of programs are run of the same sources: compiling them once halves what the short ones cost.
  NODE_COMPILE_CACHE: join(checkout, 'node_modules', '.cache', 'compile'),
  ...differing,
})

const limitMs = 120_000

export function runProgram(
  file: string,
  args: readonly string[],
  { env, ...place }: ProgramPlace = {},
): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const options = { ...place, env: programEnvironment(env), timeout: limitMs, maxBuffer: 64 * 1024 * 1024 }
    const child = execFile(file, args, options, (_error, stdout, stderr) => {
      resolve({ status: child.exitCode ?? undefined, stdout, stderr })
    })
  })
}
