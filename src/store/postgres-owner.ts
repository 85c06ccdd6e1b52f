/**
 * Whose processes the embedded PostgreSQL's are. It refuses to run as root; a root gateway therefore lends it a user of
 * its own. Nothing depends on that user existing beforehand.
 */
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { promisify } from 'node:util'
import { StartupError } from '#domain/errors.ts'

const run = promisify(execFile)

/** The system user made for PostgreSQL when the gateway runs as root. */
const ownUser = 'lienthong'
/** Where even that user cannot be made: accounts most systems have that are not meant for people. */
const fallbackUsers = ['nobody', 'daemon']

export interface PostgresOwner {
  readonly name: string
  /** Absent: the gateway's own user. */
  readonly ids?: { readonly uid: number; readonly gid: number }
}

/** The owner of an existing cluster keeps it; a new cluster gets the gateway's user or, under root, a lent one. */
export async function findOwner(existingCluster?: string): Promise<PostgresOwner> {
  if (process.getuid?.() !== 0) return { name: userInfo().username }
  const former = existingCluster === undefined ? undefined : await stat(existingCluster).catch(() => undefined)
  if (former !== undefined && former.uid !== 0)
    return { name: String(former.uid), ids: { uid: former.uid, gid: former.gid } }
  return lendUser()
}

async function lendUser(): Promise<PostgresOwner> {
  const existing = await lookUp(ownUser)
  if (existing !== undefined) return existing
  await createUser()
  for (const name of [ownUser, ...fallbackUsers]) {
    const owner = await lookUp(name)
    if (owner !== undefined) return owner
  }
  throw new StartupError('PostgreSQL refuses to run as root, and no other user was found or could be created for it.', {
    cure: `Create one (useradd --system ${ownUser}), start the gateway as an ordinary user, or set DATABASE_URL.`,
  })
}

/** Tried with shadow's useradd and with busybox's adduser; a failure is no error yet, another account may do. */
async function createUser(): Promise<void> {
  const shadow = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/bin/false']
  await run('useradd', [...shadow, ownUser], { env: bareEnvironment() })
    .catch(() =>
      run('adduser', ['-S', '-D', '-H', '-h', '/nonexistent', '-s', '/bin/false', ownUser], { env: bareEnvironment() }),
    )
    .catch(() => undefined)
}

async function lookUp(name: string): Promise<PostgresOwner | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    const ids = { uid: Number(uid.stdout), gid: Number(gid.stdout) }
    return ids.uid > 0 ? { name, ids } : undefined
  } catch {
    return undefined
  }
}

/** Runs a program as `owner`, away from folders that user may not enter, with nothing of our environment but the path. */
export async function runAs(owner: PostgresOwner, file: string, args: readonly string[]): Promise<void> {
  await run(file, args, { cwd: '/', env: bareEnvironment(), timeout: 120_000, ...owner.ids })
}

/** Whether `owner` passes `test <flag> <path>`: the system's own answer, access lists and all. */
export async function ownerCan(owner: PostgresOwner, flag: '-r' | '-x' | '-w', path: string): Promise<boolean> {
  return runAs(owner, 'test', [flag, path]).then(
    () => true,
    () => false,
  )
}

/** No PG* variable, no locale of the caller may change what the server does. */
export const bareEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
})
