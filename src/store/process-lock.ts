/**
 * One process at a time. The file names its holder by number and start time, so that a lock left by `kill -9` is seen
 * to be nobody's, also when its number has been given to another program since.
 */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { startOfProcess } from './process-identity.ts'

interface Holder {
  readonly pid: number
  readonly start: string
}

export type LockAttempt =
  | { readonly kind: 'taken'; readonly release: () => Promise<void> }
  | { readonly kind: 'held'; readonly pid: number }

/** Takes the lock at `path`, or says who holds it. Rejects only when the folder cannot be written. */
export async function takeProcessLock(path: string): Promise<LockAttempt> {
  const own: Holder = { pid: process.pid, start: (await startOfProcess(process.pid)) ?? '' }
  const draft = `${path}.${own.pid}`
  await writeFile(draft, JSON.stringify(own), { mode: 0o644 })
  try {
    // link(2) fails when the name exists: the file appears whole or not at all.
    for (let tries = 0; tries < 10; tries += 1) {
      if (await linkIfAbsent(draft, path)) return { kind: 'taken', release: () => rm(path, { force: true }) }
      const holder = await livingHolder(path)
      if (holder !== undefined) return { kind: 'held', pid: holder.pid }
      await setAside(path, draft)
    }
    return { kind: 'held', pid: 0 }
  } finally {
    await rm(draft, { force: true })
  }
}

/** Who holds the lock at `path` now, if somebody alive does. */
export const lockHolder = async (path: string): Promise<number | undefined> => (await livingHolder(path))?.pid

async function linkIfAbsent(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function livingHolder(path: string): Promise<Holder | undefined> {
  const holder = await readFile(path, 'utf8').then(parseHolder, () => undefined)
  if (holder === undefined) return undefined
  return (await startOfProcess(holder.pid)) === holder.start ? holder : undefined
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, start } = JSON.parse(text) as Partial<Holder>
    return typeof pid === 'number' && typeof start === 'string' ? { pid, start } : undefined
  } catch {
    return undefined
  }
}

/** Moves a dead process's lock away. Two may try at once: what was moved is looked at again, and put back if it lives. */
async function setAside(path: string, draft: string): Promise<void> {
  const aside = `${draft}.aside`
  await rename(path, aside).catch(() => undefined)
  if ((await livingHolder(aside)) !== undefined) await linkIfAbsent(aside, path)
  await rm(aside, { force: true })
}
