/** The connections to PostgreSQL: a bounded pool for readers, a small one for single writes, each under a role of its own. */
import { Client, Pool, type ClientBase, type PoolClient, type PoolConfig, type QueryResultRow } from 'pg'
import { GatewayError, StartupError } from '#domain/errors.ts'
import type { Log } from '#domain/log.ts'

export interface DatabaseOptions {
  readonly connectionString: string
  readonly log: Log
  /** Connections for reading; 16 unless told. */
  readonly maxReaders?: number
}

/** A statement prepared by name once per connection. */
export interface Statement {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

export type Role = 'gateway_reader' | 'gateway_writer'

/** For those who must look before they know the tenant: the notification door, the sweeper, the token endpoint. */
export const everyTenant = '*'

export interface Database {
  /** The owner's: for migrations and for connections that take a role of their own. A secret. */
  readonly connectionString: string
  /** Rows of one tenant. Rejects with `GatewayError('storage_unavailable')`. */
  read<Row extends QueryResultRow>(tenant: string, statement: Statement): Promise<readonly Row[]>
  /** A single write outside the unit of work (clients, token endpoint): how many rows it touched. Rejects like `read`. */
  write(statement: Statement): Promise<number>
  /** A single write that takes rows for its caller and returns them. Rejects like `read`. */
  take<Row extends QueryResultRow>(statement: Statement): Promise<readonly Row[]>
  /** Whether the database answers and is migrated. Never rejects. */
  ready(): Promise<boolean>
  close(): Promise<void>
}

/** Waiting longer for a connection only moves the queue from here into the caller's deadline. */
const connectionWaitMs = 500
/** No statement of ours needs more than milliseconds; one that does is stuck. */
const statementTimeoutMs = 5_000
/** For a server that is stopped rather than gone: no error would ever come. */
const answerTimeoutMs = 5_500
/** A lock is never waited for as a way of working; this only bounds the unlucky. */
const lockTimeoutMs = 2_000

/** Rejects with `StartupError` when the database cannot be reached or would lose what it acknowledged. */
export async function openDatabase({ connectionString, log, maxReaders = 16 }: DatabaseOptions): Promise<Database> {
  await checkServer(connectionString)
  const readers = openPool({ connectionString, max: maxReaders }, 'gateway_reader', log)
  const writers = openPool({ connectionString, max: 4 }, 'gateway_writer', log)
  let closing: Promise<void> | undefined
  const database: Database = {
    connectionString,
    read: async <Row extends QueryResultRow>(tenant: string, statement: Statement) => {
      const client = await connect(readers)
      return release(client, async () => {
        await actFor(client, tenant)
        return (await runOn<Row>(client, statement)).rows
      })
    },
    write: async (statement) => {
      const client = await connect(writers)
      return release(client, async () => (await runOn(client, statement)).rowCount ?? 0)
    },
    take: async <Row extends QueryResultRow>(statement: Statement) => {
      const client = await connect(writers)
      return release(client, async () => (await runOn<Row>(client, statement)).rows)
    },
    ready: () =>
      database.read(everyTenant, { name: 'ready', text: 'select 1 from gateway.payments limit 1', values: [] }).then(
        () => true,
        () => false,
      ),
    close: () => (closing ??= Promise.all([readers.end(), writers.end()]).then(() => undefined)),
  }
  return database
}

/** Prepares a fresh connection: what every statement on it may rely on. */
export async function takeRole(client: ClientBase, role: Role): Promise<void> {
  await client.query(
    `set role ${role}; set statement_timeout = ${statementTimeoutMs}; set lock_timeout = ${lockTimeoutMs};` +
      `set idle_in_transaction_session_timeout = ${statementTimeoutMs}; set timezone = 'UTC'`,
  )
}

export const storageUnavailable = (cause: unknown): GatewayError =>
  new GatewayError('storage_unavailable', 'the database cannot be reached or does not answer in time', {
    cause,
    retryAfterSeconds: 1,
  })

function openPool(config: PoolConfig, role: Role, log: Log): Pool {
  const pool = new Pool({
    ...config,
    connectionTimeoutMillis: connectionWaitMs,
    application_name: role,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool awaits it, which its type does not say
    onConnect: (client) => takeRole(client, role),
  })
  // The pool listens only while a connection is idle; one that breaks in use tells its statement, and must not end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  pool.on('error', (error) => log.warn({ component: 'database', reason: codeOf(error) }, 'an idle connection was lost'))
  return pool
}

const connect = (pool: Pool): Promise<PoolClient> =>
  pool.connect().catch((error: unknown) => {
    throw storageUnavailable(error)
  })

/** A connection on which anything went wrong is closed, not given to the next caller. */
async function release<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work()
    client.release()
    return result
  } catch (error) {
    client.release(true)
    throw isAnswer(error) ? error : storageUnavailable(error)
  }
}

/** Whom each connection last read for: `set_config` costs a round trip, and neighbours often ask for the same tenant. */
const tenants = new WeakMap<ClientBase, string>()

async function actFor(client: ClientBase, tenant: string): Promise<void> {
  if (tenants.get(client) === tenant) return
  await client.query({ name: 'act-for', text: `select set_config('gateway.tenant', $1, false)`, values: [tenant] })
  tenants.set(client, tenant)
}

const runOn = <Row extends QueryResultRow>(client: ClientBase, { name, text, values }: Statement) =>
  client.query<Row>({ name, text, values: [...values] })

const codeOf = (error: unknown): string | undefined => (error as { code?: string }).code

/**
 * Whether the server refused the statement itself (a constraint, a type): ours to handle. Connection trouble (class 08, 57),
 * exhaustion (53), a time-out or a lost socket is the storage's.
 */
function isAnswer(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && /^(22|23|42|GW|P0)/.test(code) && code.length === 5
}

/** Settings without which an acknowledged payment can vanish (reliability: fsync, torn pages, early acknowledgement). */
const requiredSettings = ['fsync', 'full_page_writes', 'synchronous_commit']
const oldestServer = 160_000

/** A connection of the owner's own, to be ended by the caller. Rejects with `StartupError` when there is no way in. */
export async function connectAsOwner(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (cause) {
    throw new StartupError(`The database of DATABASE_URL cannot be reached: ${codeOf(cause) ?? 'no answer'}.`, {
      cure: 'Check that PostgreSQL runs, and the host, port, database, user and password of DATABASE_URL.',
      cause,
    })
  }
}

async function checkServer(connectionString: string): Promise<void> {
  const client = await connectAsOwner(connectionString)
  try {
    const { rows } = await client.query<{ name: string; setting: string }>(
      `select name, setting from pg_settings where name = any($1)`,
      [[...requiredSettings, 'server_version_num', 'server_encoding']],
    )
    refuseUnsafe(new Map(rows.map(({ name, setting }) => [name, setting])))
  } finally {
    await client.end()
  }
}

function refuseUnsafe(settings: ReadonlyMap<string, string>): void {
  const unsafe = requiredSettings.filter((name) => settings.get(name) === 'off')
  if (unsafe.length > 0)
    throw new StartupError(
      `The database would lose acknowledged payments: ${unsafe.map((name) => `${name}=off`).join(', ')}.`,
      { cure: `Switch ${unsafe.join(', ')} on in postgresql.conf (or for this database and user), then start again.` },
    )
  if (Number(settings.get('server_version_num')) < oldestServer)
    throw new StartupError('The database is older than PostgreSQL 16.', { cure: 'Upgrade it, or unset DATABASE_URL.' })
  if (settings.get('server_encoding') !== 'UTF8')
    throw new StartupError('The database does not store UTF-8.', { cure: 'Create it with encoding UTF8.' })
}
