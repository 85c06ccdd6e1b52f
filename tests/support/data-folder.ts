/** A `DATA_DIR` for a gateway in a process of its own: open to the database's user, who is not root. The caller removes it. */
import { chmod, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { fastFolder } from './fast-folder.ts'

export async function makeDataFolder(): Promise<string> {
  const folder = await mkdtemp(join(await fastFolder(), 'lienthong-data-'))
  await chmod(folder, 0o755)
  return folder
}
