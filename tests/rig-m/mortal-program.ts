/** A program of ours that may die at any moment and is started again. Everything started here is ended by its number. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'

export interface ProgramOptions {
  readonly folder: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** What it says, on either stream, once it is ready. */
  readonly ready: RegExp
}

export interface MortalProgram {
  /** Whether it has said that it is ready, and lives. */
  isReady(): boolean
  isStopped(): boolean
  /** What matched when it became ready last; rejects when it does not within the time. */
  becomesReady(withinMs: number): Promise<RegExpExecArray>
  /** `kill -9`; it is started again at once. False when there was nothing to kill. */
  kill(): boolean
  /** SIGSTOP for so long. */
  freeze(forMs: number): Promise<void>
  /** Deaths nobody here asked for, by how they ended. */
  readonly unasked: readonly string[]
  /** The end of what it said last. */
  lastWords(): string
  /** SIGTERM, then SIGKILL; resolves when it is gone. */
  close(): Promise<void>
}

const restartMs = 100
const closeWithinMs = 25_000
const keptCharacters = 4_000

export function startMortalProgram({ folder, args, environment, ready }: ProgramOptions): MortalProgram {
  const unasked: string[] = []
  let said = ''
  let child: ChildProcess | undefined
  let readyAs: RegExpExecArray | undefined
  let isClosing = false
  let isAsked = false
  let isStopped = false

  const start = () => {
    said = ''
    readyAs = undefined
    isAsked = false
    isStopped = false
    const started = spawn(process.execPath, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = started
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-keptCharacters)
        readyAs ??= ready.exec(said) ?? undefined
      })
    }
    started.once('exit', (code, signal) => {
      readyAs = undefined
      if (isClosing) return
      if (!isAsked) unasked.push(`${signal ?? code}: ${said.trim().split('\n').at(-1) ?? ''}`)
      setTimeout(() => {
        if (!isClosing) start()
      }, restartMs)
    })
  }

  const isAlive = () => child !== undefined && child.exitCode === null && child.signalCode === null
  const end = () => void (isAlive() && child?.kill('SIGKILL'))
  process.once('exit', end)
  start()

  return {
    isReady: () => isAlive() && readyAs !== undefined && !isStopped,
    isStopped: () => isStopped,
    async becomesReady(withinMs) {
      for (const until = performance.now() + withinMs; performance.now() < until; await pause(20)) {
        if (readyAs !== undefined) return readyAs
      }
      throw new Error(`not ready within ${withinMs} ms: ${unasked.at(-1) ?? ''} ${said}`)
    },
    kill() {
      if (!isAlive()) return false
      isAsked = true
      return child?.kill('SIGKILL') ?? false
    },
    async freeze(forMs) {
      const frozen = child
      if (!isAlive() || !frozen?.kill('SIGSTOP')) return
      isStopped = true
      await pause(forMs)
      frozen.kill('SIGCONT')
      if (child === frozen) isStopped = false
    },
    unasked,
    lastWords: () => said,
    async close() {
      isClosing = true
      process.off('exit', end)
      if (!isAlive() || !child) return
      const ended = once(child, 'exit')
      if (isStopped) child.kill('SIGCONT')
      child.kill('SIGTERM')
      const giveUp = setTimeout(end, closeWithinMs)
      await ended
      clearTimeout(giveUp)
    },
  }
}
