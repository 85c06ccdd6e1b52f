/** Brings the schema up to date: numbered files, each in a transaction of its own, each applied once, none changed afterwards. */
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import type { Client } from 'pg'
import { StartupError } from '#domain/errors.ts'
import { connectAsOwner } from './database.ts'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly text: string
  /** SHA-256 of the text, hex. */
  readonly checksum: string
}

/** One migrating process at a time in a database; any number others may hold. */
const lockKey = 0x6c74_6d67

/**
 * Applies what is missing. A process killed half-way leaves whole files applied or not applied; running again goes on.
 * Rejects with `StartupError` when an applied file was edited, or the database is newer than this gateway.
 */
export async function migrate(
  database: { readonly connectionString: string },
  migrations?: readonly Migration[],
): Promise<{ readonly applied: readonly string[] }> {
  const wanted = migrations ?? (await readMigrations())
  const client = await connectAsOwner(database.connectionString)
  try {
    // A session lock: it goes away with the connection, however that ends.
    await client.query('select pg_advisory_lock($1)', [lockKey])
    await createJournal(client)
    const missing = findMissing(wanted, await readJournal(client))
    for (const migration of missing) await apply(client, migration)
    await beginEpochAfterRestore(client)
    return { applied: missing.map(({ name }) => name) }
  } catch (error) {
    throw notAllowed(error)
  } finally {
    await client.end()
  }
}

/** The files of `migrations/`, in order. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const folder = new URL('./migrations/', import.meta.url)
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8')
      return {
        number: Number.parseInt(name, 10),
        name,
        text,
        checksum: createHash('sha256').update(text).digest('hex'),
      }
    }),
  )
}

/**
 * The feed is ordered by transaction ids, which begin anew in a database that was restored from a dump: its newest event is then
 * of a transaction this server has not reached. What follows belongs to a new epoch.
 */
async function beginEpochAfterRestore(client: Client): Promise<void> {
  const { rows } = await client.query<{ has: boolean }>(`select to_regclass('gateway.event_epochs') is not null as has`)
  // Only the tests migrate to an older schema.
  if (rows[0]?.has !== true) return
  await client.query(`
    insert into gateway.event_epochs (epoch)
    select newest.epoch + 1
    from (select epoch, transaction from gateway.events order by position desc limit 1) newest
    where newest.epoch = gateway.current_epoch() and newest.transaction >= pg_snapshot_xmax(pg_current_snapshot())`)
}

interface Applied {
  readonly number: number
  readonly name: string
  readonly checksum: string
}

/** SQLSTATE 42501, insufficient privilege: the one failure of a migration that its reader can cure. */
function notAllowed(error: unknown): unknown {
  if ((error as { code?: string }).code !== '42501') return error
  return new StartupError('The user of DATABASE_URL may not create what the gateway needs in this database.', {
    cure: 'Make that user the owner of the database and let it create roles (alter role … createrole).',
    cause: error,
  })
}

async function createJournal(client: Client): Promise<void> {
  await client.query(`create schema if not exists gateway`)
  await client.query(`
    create table if not exists gateway.migrations (
      number integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`)
}

async function readJournal(client: Client): Promise<ReadonlyMap<number, Applied>> {
  const { rows } = await client.query<Applied>('select number, name, checksum from gateway.migrations order by number')
  return new Map(rows.map((row) => [row.number, row]))
}

function findMissing(wanted: readonly Migration[], journal: ReadonlyMap<number, Applied>): readonly Migration[] {
  const known = new Set(wanted.map(({ number }) => number))
  const newer = [...journal.values()].find(({ number }) => !known.has(number))
  if (newer !== undefined)
    throw new StartupError(`The database is newer than this gateway: it has the migration ${newer.name}.`, {
      cure: 'Start the gateway version that wrote it, or a newer one.',
    })
  const edited = wanted.find(({ number, checksum }) => (journal.get(number)?.checksum ?? checksum) !== checksum)
  if (edited !== undefined)
    throw new StartupError(`The migration ${edited.name} was changed after it was applied to this database.`, {
      cure: 'Restore the released file; put the change into a new migration.',
    })
  return wanted.filter(({ number }) => !journal.has(number))
}

async function apply(client: Client, migration: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(migration.text)
    await client.query('insert into gateway.migrations (number, name, checksum) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.checksum,
    ])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}
