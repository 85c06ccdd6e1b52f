/** A program that stays up until it is told to stop. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { programEnvironment, type ProgramEnd, type ProgramPlace } from './run-program.ts'

export interface RunningProgram {
  readonly pid: number
  /** The first match on standard output or error. Rejects when the program ends without it. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  /** Asks it to stop (SIGTERM unless told otherwise) and waits for its end. May be called more than once. */
  stop(signal?: NodeJS.Signals): Promise<ProgramEnd>
}

export interface RunningPlace extends ProgramPlace {
  /** In a process group of its own, as a terminal's foreground job is: Ctrl-C is a SIGINT to all of it. */
  readonly detached?: true
}

export function startProgram(
  file: string,
  args: readonly string[],
  { env, ...place }: RunningPlace = {},
): RunningProgram {
  const child = spawn(file, args, { ...place, env: programEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  const tell = () => listeners.forEach((listener) => listener())
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
      tell()
    })
  }
  // 'close' comes when the streams are read to their end too.
  const closed = once(child, 'close').then(() => undefined)
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  void closed.then(tell)

  return {
    pid: child.pid ?? -1,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const listener = () => {
          const match = pattern.exec(said.stdout) ?? pattern.exec(said.stderr)
          if (match === null && !hasEnded()) return
          listeners.delete(listener)
          if (match === null)
            reject(new Error(`it ended without saying ${String(pattern)}:\n${said.stdout}${said.stderr}`))
          else resolve(match)
        }
        listeners.add(listener)
        listener()
      }),
    stop: async (signal = 'SIGTERM') => {
      if (!hasEnded()) child.kill(signal)
      await closed
      return { status: child.exitCode ?? undefined, ...said }
    },
  }
}
