/** Who works on a DATA_DIR, as /proc says: gateway, npm around it, PostgreSQL and its children. */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

export interface FoundProcess {
  readonly pid: number
  readonly command: string
}

/** Processes whose command line, environment or working folder names `dataDir` or the place its database was put at. */
export async function processesOf(dataDir: string): Promise<readonly FoundProcess[]> {
  const elsewhere = await readFile(join(dataDir, 'postgres-location'), 'utf8').catch(() => '')
  const places = [dataDir, elsewhere.trim()].filter((place) => place !== '')
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(
    numbers.filter((pid) => pid !== process.pid).map(async (pid) => ({ pid, ...(await readProcess(pid)) })),
  )
  return found
    .filter(({ traces }) => places.some((place) => traces.includes(place)))
    .map(({ pid, command }) => ({ pid, command }))
}

/** For the end of a story that went wrong. */
export async function killAllOf(dataDir: string): Promise<void> {
  for (const { pid } of await processesOf(dataDir)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      // It ended by itself meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

/** A process may end while it is looked at, and others' environments are closed to us: then that trace is empty. */
async function readProcess(pid: number): Promise<{ readonly command: string; readonly traces: string }> {
  const [command, environment, folder] = await Promise.all([
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
    readlink(`/proc/${pid}/cwd`).catch(() => ''),
  ])
  return { command: command.replaceAll('\0', ' ').trim(), traces: [command, environment, folder].join('\0') }
}
