/**
 * The PostgreSQL a gateway starts for itself when it is given none: a real server with fsync on, stopped with the gateway,
 * recovered after `kill -9`, under root as well as under an ordinary user.
 */
import { mkdir, mkdtemp, chown, chmod, rm, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { sleep, type Clock } from '#domain/clock.ts'
import { StartupError } from '#domain/errors.ts'
import type { Log } from '#domain/log.ts'
import { findBinaries } from './postgres-binaries.ts'
import { databaseName, ensureCluster, isClusterReady, markClusterReady, superuser } from './postgres-cluster.ts'
import { findExistingFolder, notWritable, openHome, type PostgresHome } from './postgres-home.ts'
import {
  farFolderPrefix,
  isPostmasterOf,
  launchServer,
  readPostmaster,
  stopOrphan,
  type ServerOptions,
} from './postgres-server.ts'
import { lockHolder, takeProcessLock } from './process-lock.ts'
import { superviseServer } from './postgres-supervisor.ts'

export interface EmbeddedPostgresOptions {
  readonly dataDir: string
  readonly clock: Clock
  readonly log: Log
  /** Also listen on this port of 127.0.0.1, for rigs that look inside. By default only on a private unix socket. */
  readonly port?: number
}

export interface EmbeddedPostgres {
  /** Of the superuser, who owns the schema. A secret. */
  readonly connectionString: string
  /** The server's process, for rigs that kill it. */
  pid(): number | undefined
  /** Fast shutdown. May be called more than once. */
  stop(): Promise<void>
}

/** Rejects with `StartupError` when another gateway runs on `dataDir`, or when the server cannot be made to run. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, clock, log } = options
  const home = await openHome(dataDir)
  const lock = await lockHome(home, dataDir)
  const undo: (() => Promise<void>)[] = [lock.release]
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    if ((await stopOrphan(home, clock)) === 'stopped')
      log.warn({ component: 'postgres' }, 'stopped the database server that a killed gateway left running')
    const binaries = await findBinaries(home.owner, home.shelf)
    const password = await ensureCluster(home, binaries)
    const socketFolder = await makeSocketFolder(home)
    undo.push(() => rm(socketFolder, { recursive: true, force: true }))
    const port = options.port ?? defaultPort
    const server: ServerOptions = { home, binaries, socketFolder, port, isOnNetwork: options.port !== undefined, clock }
    const supervised = await superviseServer(() => launchPatiently(server), clock, log)
    undo.push(supervised.stop)
    const address = { password, socketFolder, port }
    await finishCluster(home, address)
    let stopping: Promise<void> | undefined
    return {
      connectionString: connectionStringOf(address, databaseName),
      pid: supervised.pid,
      stop: () => (stopping ??= stop()),
    }
  } catch (error) {
    await stop()
    throw notWritable(home.folder, error)
  }
}

/** For commands that run beside a gateway: the connection to the embedded server that runs on `dataDir`, if one does. */
export async function findRunningPostgres(dataDir: string): Promise<string | undefined> {
  const home = { folder: await findExistingFolder(dataDir) }
  const postmaster = await readPostmaster(home)
  if (!postmaster?.isReadyAs(postmaster.pid) || !(await isPostmasterOf(postmaster.pid, home))) return undefined
  const password = (await readFile(join(dataDir, 'postgres-password'), 'utf8')).trim()
  return connectionStringOf({ password, socketFolder: postmaster.socketFolder, port: postmaster.port }, databaseName)
}

/** The process that runs an embedded server on `dataDir`, if one does. */
export const findHolder = async (dataDir: string): Promise<number | undefined> =>
  lockHolder(lockFile(await findExistingFolder(dataDir)))

const lockFile = (folder: string): string => join(folder, 'gateway.lock')

async function lockHome(home: PostgresHome, dataDir: string): Promise<{ release: () => Promise<void> }> {
  const attempt = await takeProcessLock(lockFile(home.folder)).catch((error: unknown) => {
    throw notWritable(home.folder, error)
  })
  if (attempt.kind === 'taken') return attempt
  throw new StartupError(`Another gateway (process ${attempt.pid}) already runs on ${dataDir}.`, {
    cure: 'Stop that one first, or give this one a DATA_DIR of its own. To run several on one database, set DATABASE_URL.',
  })
}

/**
 * Backends of a postmaster that was killed may hold its shared memory for a moment; the new one refuses until they are
 * gone. Anything else that stops it is final.
 */
async function launchPatiently(server: ServerOptions) {
  for (let tries = 1; ; tries += 1) {
    const launch = await launchServer(server)
    if (launch.kind === 'ready') return launch.child
    const isPassing = /shared memory block|still in use/.test(launch.why)
    if (!isPassing || tries === 40)
      throw new StartupError(`The embedded PostgreSQL did not start: ${launch.why}`, {
        cure: `See ${join(server.home.folder, 'postgres.log')}; check disk space and the folder's owner, or set DATABASE_URL.`,
      })
    await sleep(server.clock, 250)
  }
}

/** PostgreSQL's usual one: it names the socket's file even where nothing listens on TCP. */
const defaultPort = 5432

/** A unix socket's path has at most 107 bytes (sys/un.h), so a deep DATA_DIR needs a place elsewhere. */
const maxFolderBytes = 107 - '/.s.PGSQL.65535.lock'.length

/** Made anew at each start, so that nobody else can have put anything into it. */
async function makeSocketFolder({ folder, owner }: PostgresHome): Promise<string> {
  const near = join(folder, 'run')
  await rm(near, { recursive: true, force: true })
  const isShort = Buffer.byteLength(near) <= maxFolderBytes
  const place = isShort ? near : await mkdtemp(farFolderPrefix)
  if (isShort) await mkdir(place, { mode: 0o700 })
  await chmod(place, 0o700)
  if (owner.ids !== undefined) await chown(place, owner.ids.uid, owner.ids.gid)
  return place
}

interface Address {
  readonly password: string
  readonly socketFolder: string
  readonly port: number
}

const connectionStringOf = ({ password, socketFolder, port }: Address, database: string): string =>
  `postgresql://${superuser}:${password}@/${database}?host=${encodeURIComponent(socketFolder)}&port=${port}`

/** Creates our database in a fresh cluster and marks the cluster ready. */
async function finishCluster(home: PostgresHome, address: Address): Promise<void> {
  if (await isClusterReady(home)) return
  const client = new Client({ connectionString: connectionStringOf(address, 'postgres') })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(`create database ${databaseName}`)
  } finally {
    await client.end()
  }
  await markClusterReady(home)
}
