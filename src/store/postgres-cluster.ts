/**
 * Makes the cluster, once. The marker is written last, after the server first answered and its database exists; until
 * then nobody was given a connection, so a folder without it holds nothing and is made anew.
 */
import { randomBytes } from 'node:crypto'
import { access, chown, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartupError } from '#domain/errors.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { dataFolder, type PostgresHome } from './postgres-home.ts'
import { runAs } from './postgres-owner.ts'

export const superuser = 'lienthong'
export const databaseName = 'lienthong'

const markerOf = (home: PostgresHome): string => join(dataFolder(home), 'lienthong-ready')

/** Rejects when the folder cannot be looked into: a cluster one may not see is not one that never was. */
export async function isClusterReady(home: PostgresHome): Promise<boolean> {
  return access(markerOf(home)).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return false
    },
  )
}

/** Returns the superuser's password; makes the cluster if there is none that ever became ready. */
export async function ensureCluster(home: PostgresHome, binaries: PostgresBinaries): Promise<string> {
  if (await isClusterReady(home)) return readPassword(home)
  await rm(dataFolder(home), { recursive: true, force: true })
  const password = await writePassword(home)
  await initialise(home, binaries, password)
  return password
}

export async function markClusterReady(home: PostgresHome): Promise<void> {
  await writeDurably(
    markerOf(home),
    'This cluster was ready once. Without this file the gateway starts it over.\n',
    home,
  )
}

async function readPassword(home: PostgresHome): Promise<string> {
  return readFile(home.passwordFile, 'utf8').then(
    (text) => text.trim(),
    (cause: unknown) => {
      throw new StartupError(
        `The cluster in ${home.folder} exists but its password file ${home.passwordFile} cannot be read.`,
        { cure: 'Restore that file from the backup of DATA_DIR, or check who may read it.', cause },
      )
    },
  )
}

async function writePassword(home: PostgresHome): Promise<string> {
  const password = randomBytes(24).toString('base64url')
  await rm(home.passwordFile, { force: true })
  await writeFile(home.passwordFile, `${password}\n`, { mode: 0o600, flush: true })
  return password
}

/** initdb writes the locale into the cluster: C.UTF-8 of PostgreSQL's own, the same on every machine for ever. */
async function initialise(home: PostgresHome, binaries: PostgresBinaries, password: string): Promise<void> {
  const data = dataFolder(home)
  const secret = join(home.folder, 'initdb-password')
  await mkdir(data, { mode: 0o700 })
  await rm(secret, { force: true })
  await writeFile(secret, `${password}\n`, { mode: 0o600 })
  if (home.owner.ids !== undefined) {
    await chown(data, home.owner.ids.uid, home.owner.ids.gid)
    await chown(secret, home.owner.ids.uid, home.owner.ids.gid)
  }
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = [`--username=${superuser}`, `--pwfile=${secret}`, '--auth=scram-sha-256']
  try {
    await runAs(home.owner, binaries.initdb, ['-D', data, ...locale, ...access, '--no-instructions'])
  } catch (cause) {
    throw new StartupError(`initdb failed in ${data}: ${lastLineOf((cause as { stderr?: string }).stderr)}`, {
      cure: 'Free disk space or choose another DATA_DIR, then start again: the half-made cluster is replaced.',
      cause,
    })
  } finally {
    await rm(secret, { force: true })
  }
}

const lastLineOf = (text = ''): string => text.trim().split('\n').at(-1) ?? ''

async function writeDurably(path: string, text: string, home: PostgresHome): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(text)
    if (home.owner.ids !== undefined) await file.chown(home.owner.ids.uid, home.owner.ids.gid)
    await file.sync()
  } finally {
    await file.close()
  }
}
