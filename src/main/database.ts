/** Which PostgreSQL: the one DATABASE_URL names, one that already runs on DATA_DIR, or one started here. */
import type { Environment } from '#config/env.ts'
import type { Log } from '#domain/log.ts'
import { openDatabase, type Database } from '#store/database.ts'
import { findRunningPostgres, startEmbeddedPostgres } from '#store/embedded-postgres.ts'
import { migrate } from '#store/migrate.ts'
import { systemClock } from './clock.ts'

export interface Storage {
  readonly database: Database
  /** Names of the migrations that were applied now. */
  readonly applied: readonly string[]
  close(): Promise<void>
}

type Place = Pick<Environment, 'databaseUrl' | 'dataDir'>

/** For the gateway itself: it owns the embedded server it starts. Rejects with `StartupError`. */
export async function openStorage(place: Place, log: Log): Promise<Storage> {
  if (place.databaseUrl !== undefined) return open(place.databaseUrl, log, async () => {})
  const embedded = await startEmbeddedPostgres({ dataDir: place.dataDir, clock: systemClock, log })
  return open(embedded.connectionString, log, embedded.stop)
}

/** For commands: beside a running gateway they share its server, otherwise they start one for as long as they need it. */
export async function withStorage<T>(place: Place, log: Log, use: (storage: Storage) => Promise<T>): Promise<T> {
  const running = place.databaseUrl === undefined ? await findRunningPostgres(place.dataDir) : undefined
  const storage = running === undefined ? await openStorage(place, log) : await open(running, log, async () => {})
  try {
    return await use(storage)
  } finally {
    await storage.close()
  }
}

async function open(connectionString: string, log: Log, stop: () => Promise<void>): Promise<Storage> {
  try {
    const { applied } = await migrate({ connectionString })
    const database = await openDatabase({ connectionString, log })
    return {
      database,
      applied,
      close: async () => {
        await database.close()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}
