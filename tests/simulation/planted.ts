/** Plants a bug in a copy of our sources and lets a rig run over it in a process of its own. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PlantedBug } from './planted-bugs.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Generous for a rig that finds nothing; one that finds something is done in seconds. */
const timeoutMs = 240_000

export interface Caught {
  readonly bug: string
  /** The first thing that broke; `undefined` when the rig stayed green. */
  readonly by: string | undefined
}

export async function plant(bug: PlantedBug): Promise<Caught> {
  const parts = ['package.json', 'src', 'tests/simulation', 'tests/support']
  return withPlanted(bug, parts, async (folder) => ({ bug: bug.name, by: await firstFailure(folder) }))
}

/** For the length of `use`, a folder with these parts of our sources and the bug in them. */
export async function withPlanted<T>(
  bug: PlantedBug,
  parts: readonly string[],
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'planted-'))
  try {
    for (const part of parts) await cp(join(root, part), join(folder, part), { recursive: true })
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    for (const edit of bug.edits) await apply(folder, bug.name, edit)
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function apply(folder: string, bug: string, { file, find, put }: PlantedBug['edits'][number]): Promise<void> {
  const path = join(folder, file)
  const text = await readFile(path, 'utf8')
  const parts = text.split(find)
  if (parts.length !== 2) throw new Error(`"${bug}" fits ${file} ${parts.length - 1} times: plant it anew`)
  await writeFile(path, parts.join(put))
}

/** A rig that cannot even run to its end has noticed something too. */
function firstFailure(folder: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const entry = join(folder, 'tests/simulation/until-red.ts')
    execFile(process.execPath, [entry], { cwd: folder, timeout: timeoutMs }, (error, stdout, stderr) => {
      if (error === null) resolve(undefined)
      else if (error.killed) reject(new Error('the rig came to no end'))
      else resolve(stdout.trim() || `the rig broke: ${stderr.trim().split('\n').at(-1)}`)
    })
  })
}
