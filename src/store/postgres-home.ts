/**
 * Where the embedded PostgreSQL lives: in `DATA_DIR/postgres`, or, when its user cannot enter `DATA_DIR` (a root gateway in a
 * folder of mode 0700), under /var/lib/lienthong, with a note in `DATA_DIR` that says where.
 */
import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, realpath, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartupError } from '#domain/errors.ts'
import { findOwner, ownerCan, type PostgresOwner } from './postgres-owner.ts'

/** Reachable by every user, and kept when the machine restarts. */
const sharedPlace = '/var/lib/lienthong'

export interface PostgresHome {
  readonly owner: PostgresOwner
  /** Holds `data`, `run`, the lock and the server's log. */
  readonly folder: string
  /** The superuser's password, 0600, the gateway's own. */
  readonly passwordFile: string
  /** A folder the owner can reach, for copies of the programs. */
  readonly shelf: () => Promise<string>
}

export const dataFolder = (home: PostgresHome): string => join(home.folder, 'data')

/** Finds the home of an earlier start or makes one. */
export async function openHome(dataDir: string): Promise<PostgresHome> {
  try {
    await mkdir(dataDir, { recursive: true })
    const folder = await findFolder(await realpath(dataDir))
    const owner = await findOwner(join(folder, 'data'))
    return {
      owner,
      folder,
      passwordFile: join(dataDir, 'postgres-password'),
      shelf: () => (owner.ids === undefined ? Promise.resolve(folder) : makeEnterable(sharedPlace)),
    }
  } catch (error) {
    throw notWritable(dataDir, error)
  }
}

/** The folder of the cluster that belongs to `dataDir`, if a gateway ever started there. */
export async function findExistingFolder(dataDir: string): Promise<string> {
  const noted = await readFile(noteOf(dataDir), 'utf8').catch(() => '')
  return noted.trim() || join(dataDir, 'postgres')
}

const noteOf = (dataDir: string): string => join(dataDir, 'postgres-location')

async function findFolder(dataDir: string): Promise<string> {
  const existing = await findExistingFolder(dataDir)
  const owner = await findOwner(join(existing, 'data'))
  const inside = join(dataDir, 'postgres')
  if (existing !== inside) return makeEnterable(existing)
  await makeEnterable(inside)
  if (await ownerCan(owner, '-x', inside)) return inside
  await leave(inside, owner)
  return settleElsewhere(dataDir)
}

/** Only an empty folder goes: a cluster that its user could reach once is never given up for a new one. */
async function leave(inside: string, owner: PostgresOwner): Promise<void> {
  await rmdir(inside).catch((cause: unknown) => {
    throw new StartupError(`The user ${owner.name} can no longer reach its database in ${inside}.`, {
      cure: `Open the folders above it for that user (chmod o+x), as they were when it was made.`,
      cause,
    })
  })
}

/** The note is written before anything is put there: a place without a note would be lost. */
async function settleElsewhere(dataDir: string): Promise<string> {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  await makeEnterable(sharedPlace)
  const folder = await firstFree(join(sharedPlace, name))
  const isNoted = await writeFile(noteOf(dataDir), `${folder}\n`, { flag: 'wx', flush: true }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
      return false
    },
  )
  if (isNoted) return folder
  // Another gateway starts at the same moment, and was first.
  await rmdir(folder)
  return findExistingFolder(dataDir)
}

/** A folder left by a DATA_DIR that was deleted stays as it is: it may hold money. */
async function firstFree(stem: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const folder = number === 1 ? stem : `${stem}-${number}`
    const made = await mkdir(folder).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
        return false
      },
    )
    if (made) return makeEnterable(folder)
  }
}

/** Others may pass through it to what is theirs, and see nothing else. The umask must not decide that. */
async function makeEnterable(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  if (process.getuid?.() === 0) await chmod(folder, 0o755)
  return folder
}

export function notWritable(folder: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === undefined || error instanceof StartupError) return error
  const path = (error as NodeJS.ErrnoException).path ?? folder
  return new StartupError(`The embedded PostgreSQL cannot use ${path}: ${code}.`, {
    cure:
      code === 'ENOSPC'
        ? 'Free some disk space, or set DATA_DIR to a folder on another disk.'
        : 'Make the folder writable for the user who starts the gateway, set DATA_DIR to another folder, or set DATABASE_URL.',
    cause: error,
  })
}
