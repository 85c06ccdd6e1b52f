/**
 * Where a settlement file lies between its arrival and the end of its reading: on disk, because it may be large and must be
 * seen whole before a single row of it counts. It holds no personal data.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, mkdirSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { maxSettlementFileBytes } from './settlement-reader.ts'

export interface Spool {
  /** An empty file of its own. */
  begin(): Promise<Spooled>
}

export interface Spooled {
  /** Appends; what is beyond 64 MiB is counted and not kept. */
  add(chunk: Uint8Array): Promise<void>
  isTooLarge(): boolean
  /** SHA-256 of what was added, base64url. */
  sha256(): string
  /** From the beginning, as often as needed. */
  read(): AsyncIterable<Uint8Array>
  /** Deletes it. */
  remove(): Promise<void>
}

export function createSpool(folder: string): Spool {
  return {
    begin: async () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const path = join(folder, `${randomUUID()}.txt`)
      const file = await open(path, 'wx', 0o600)
      const digest = createHash('sha256')
      let size = 0
      const isTooLarge = () => size > maxSettlementFileBytes
      return {
        add: async (chunk) => {
          size += chunk.length
          if (isTooLarge()) return
          digest.update(chunk)
          await file.write(chunk)
        },
        isTooLarge,
        sha256: () => digest.copy().digest('base64url'),
        read: () => createReadStream(path),
        remove: async () => {
          await file.close()
          await rm(path, { force: true })
        },
      }
    },
  }
}
