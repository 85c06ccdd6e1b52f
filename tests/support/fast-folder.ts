/** Memory where there is enough of it: a database there still calls fsync, it just costs nothing. */
import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'

export async function fastFolder(): Promise<string> {
  const memory = await statfs('/dev/shm').catch(() => undefined)
  const isRoomy = memory !== undefined && memory.bavail * memory.bsize > 2 ** 30
  return isRoomy ? '/dev/shm' : tmpdir()
}
