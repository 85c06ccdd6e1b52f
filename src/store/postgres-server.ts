/** The postmaster: started, watched until ready, stopped; and found again when the gateway that started it was killed. */
import { spawn, type ChildProcess } from 'node:child_process'
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sleep, type Clock } from '#domain/clock.ts'
import { StartupError } from '#domain/errors.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { dataFolder, type PostgresHome } from './postgres-home.ts'
import { bareEnvironment } from './postgres-owner.ts'
import { commandOfProcess, startOfProcess } from './process-identity.ts'

/** Replaying the log after a crash is bounded by max_wal_size; far beyond what 512 MB take on a slow disk. */
const readyWithinMs = 120_000
const fastStopWithinMs = 20_000
const immediateStopWithinMs = 10_000
const pollMs = 15

export interface ServerOptions {
  readonly home: PostgresHome
  readonly binaries: PostgresBinaries
  readonly socketFolder: string
  /** Names the socket's file. */
  readonly port: number
  /** Whether 127.0.0.1 is listened on too. */
  readonly isOnNetwork: boolean
  readonly clock: Clock
}

export type Launch =
  | { readonly kind: 'ready'; readonly child: ChildProcess }
  | { readonly kind: 'failed'; readonly why: string }

/** Starts one postmaster and waits until it takes connections. */
export async function launchServer(options: ServerOptions): Promise<Launch> {
  const { home, binaries, clock } = options
  const log = await openLog(home)
  const logEnd = (await log.stat()).size
  const child = spawn(binaries.postgres, ['-D', dataFolder(home), ...settingsOf(options)], {
    // A process group of its own: Ctrl-C in a terminal is for the gateway, which stops its server last.
    detached: true,
    cwd: '/',
    env: bareEnvironment(),
    stdio: ['ignore', log.fd, log.fd],
    ...home.owner.ids,
  })
  child.on('error', () => undefined)
  await log.close()
  const deadline = clock.monotonicMs() + readyWithinMs
  while (clock.monotonicMs() < deadline) {
    if (hasEnded(child)) return { kind: 'failed', why: await lastLogLine(home, logEnd) }
    if ((await readPostmaster(home))?.isReadyAs(child.pid)) return { kind: 'ready', child }
    await sleep(clock, pollMs)
  }
  child.kill('SIGQUIT')
  return { kind: 'failed', why: `not ready within ${readyWithinMs / 1000} s` }
}

export const hasEnded = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null

/**
 * On the command line rather than in a file, so that a newer gateway's settings hold for an older cluster. Statements and
 * key values never reach the server's log: they hold personal data.
 */
function settingsOf({ socketFolder, port, isOnNetwork }: ServerOptions): string[] {
  const settings = {
    listen_addresses: isOnNetwork ? '127.0.0.1' : '',
    port,
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    max_connections: 100,
    shared_buffers: '64MB',
    max_wal_size: '512MB',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    log_checkpoints: 'off',
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: 0,
    log_error_verbosity: 'terse',
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** Stops a postmaster of ours: running work is rolled back and the log closed; a server that hangs is stopped the hard way. */
export async function stopServer(child: ChildProcess, clock: Clock): Promise<void> {
  if (hasEnded(child)) return
  child.kill('SIGINT')
  if (await within(fastStopWithinMs, clock, async () => hasEnded(child))) return
  child.kill('SIGQUIT')
  if (await within(immediateStopWithinMs, clock, async () => hasEnded(child))) return
  child.kill('SIGKILL')
}

/**
 * Stops the postmaster that a killed gateway left on this cluster, and sees to it that what is left of it keeps no new one
 * from starting. Call it only while holding the home's lock.
 */
export async function stopOrphan(home: PostgresHome, clock: Clock): Promise<'none' | 'stopped'> {
  const postmaster = await readPostmaster(home)
  if (postmaster === undefined) return 'none'
  await removeFarFolder(postmaster.socketFolder)
  const isOrphan = await isPostmasterOf(postmaster.pid, home)
  if (isOrphan) await stopProcess(postmaster.pid, home, clock)
  await disownPidFile(home)
  return isOrphan ? 'stopped' : 'none'
}

async function stopProcess(pid: number, home: PostgresHome, clock: Clock): Promise<void> {
  const isGone = async () => (await startOfProcess(pid)) === undefined
  signal(pid, 'SIGINT')
  if (await within(fastStopWithinMs, clock, isGone)) return
  signal(pid, 'SIGQUIT')
  if (await within(immediateStopWithinMs, clock, isGone)) return
  throw new StartupError(
    `A PostgreSQL server (process ${pid}) left by an earlier gateway on ${home.folder} does not stop.`,
    {
      cure: `Stop it by hand (kill -QUIT ${pid}), then start again.`,
    },
  )
}

/** Above every system's highest number. */
const nobodysPid = 2_147_483_646

/**
 * The number in a dead postmaster's pid file may be another program's by now, or a zombie's that nobody reaps, and either
 * keeps PostgreSQL from starting. The rest of the file stays: by it PostgreSQL sees whether backends of the dead one still run.
 */
async function disownPidFile(home: PostgresHome): Promise<void> {
  const text = await readFile(pidFile(home), 'utf8').catch(() => undefined)
  if (text !== undefined) await writeFile(pidFile(home), text.replace(/^-?\d+/, String(nobodysPid)))
}

/** Socket folders outside the home get a new name each time; this one's name comes from a file PostgreSQL's user can write. */
export const farFolderPrefix = '/tmp/lienthong-'
async function removeFarFolder(folder: string): Promise<void> {
  if (/^\/tmp\/lienthong-\w{6}$/.test(folder)) await rm(folder, { recursive: true, force: true })
}

/** Whether the process is alive and a PostgreSQL on this cluster, rather than a program that has its number now. */
export async function isPostmasterOf(pid: number, home: Pick<PostgresHome, 'folder'>): Promise<boolean> {
  if ((await startOfProcess(pid)) === undefined) return false
  return (await commandOfProcess(pid))?.includes(join(home.folder, 'data')) ?? false
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function within(limitMs: number, clock: Clock, isDone: () => Promise<boolean>): Promise<boolean> {
  const deadline = clock.monotonicMs() + limitMs
  while (!(await isDone())) {
    if (clock.monotonicMs() > deadline) return false
    await sleep(clock, pollMs)
  }
  return true
}

export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly socketFolder: string
  isReadyAs(pid: number | undefined): boolean
}

const pidFile = (home: Pick<PostgresHome, 'folder'>): string => join(home.folder, 'data', 'postmaster.pid')

/** Lines of postmaster.pid (PostgreSQL, miscadmin.h): pid, data folder, start, port, socket folder, listen address, shared memory, status. */
export async function readPostmaster(home: Pick<PostgresHome, 'folder'>): Promise<Postmaster | undefined> {
  const text = await readFile(pidFile(home), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const lines = text.split('\n')
  const pid = Number(lines[0])
  return {
    pid,
    port: Number(lines[3]),
    socketFolder: lines[4] ?? '',
    isReadyAs: (expected) => pid === expected && lines[7]?.trim() === 'ready',
  }
}

const logFile = (home: PostgresHome): string => join(home.folder, 'postgres.log')
const maxLogBytes = 16 * 1024 * 1024

/** One former log is kept. It holds warnings and errors only, so that a file per start is plenty. */
async function openLog(home: PostgresHome) {
  const path = logFile(home)
  const size = await stat(path).then(
    (file) => file.size,
    () => 0,
  )
  if (size > maxLogBytes) await rename(path, `${path}.1`)
  return open(path, 'a', 0o600)
}

async function lastLogLine(home: PostgresHome, from: number): Promise<string> {
  const text = await readFile(logFile(home), 'utf8').catch(() => '')
  const lines = text.slice(from).trim().split('\n')
  return lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? ''
}
