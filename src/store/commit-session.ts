/**
 * The group-commit writer's own connection. A new one first ends the former's backend and waits for its end: only then
 * does reading back say for good whether a commit whose answer was lost happened.
 */
import { Client } from 'pg'
import { chainStart, type ChainTip } from './audit-chain.ts'
import { takeRole, type Statement } from './database.ts'

export interface CommitSession {
  readonly backend: Backend
  /** Where this writer's audit chain ends in the database. */
  readonly tip: ChainTip
  /** False once the connection is gone. */
  isOpen(): boolean
  run(statement: Statement): Promise<readonly Record<string, unknown>[]>
  close(): Promise<void>
}

/** Names a connection's server side, and the audit chain that goes on from connection to connection. */
export interface Backend {
  readonly pid: number
  readonly startedAt: string
  /** Of this process: `audit_entries.writer`. */
  readonly writer: string
}

/** Opens a session that goes on where `former` ended, after making sure that `former` can no longer commit anything. */
export type OpenSession = (former?: Backend) => Promise<CommitSession>

const connectTimeoutMs = 2_000
const terminateTimeoutMs = 3_000
/** For a server that is stopped rather than gone: no error would ever come. Later than the server's own statement limit. */
const answerTimeoutMs = 5_500

/** `OpenSession` over a connection of its own. */
export async function openCommitSession(connectionString: string, former?: Backend): Promise<CommitSession> {
  const client = new Client({
    connectionString,
    application_name: 'gateway_writer',
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
  })
  let isOpen = true
  const onEnd = () => {
    isOpen = false
  }
  client.on('error', onEnd)
  client.on('end', onEnd)
  try {
    await client.connect()
    if (former !== undefined) await endBackend(client, former)
    const backend = await identify(client, former?.writer)
    await takeRole(client, 'gateway_writer')
    await preferIndexes(client)
    return {
      backend,
      tip: await readTip(client, backend.writer),
      isOpen: () => isOpen,
      run: async ({ name, text, values }) =>
        (await client.query<Record<string, unknown>>({ name, text, values: [...values] })).rows,
      close: () => client.end().catch(() => undefined),
    }
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
}

/** As the login role, which may end its own backends. A number another backend has by now is told apart by its start. */
async function endBackend(client: Client, { pid, startedAt }: Backend): Promise<void> {
  const { rows } = await client.query<{ ended: boolean }>(
    `select pg_terminate_backend(pid, $3) as ended from pg_stat_activity where pid = $1 and backend_start::text = $2`,
    [pid, startedAt, terminateTimeoutMs],
  )
  if (rows[0]?.ended === false) throw new Error('the former backend does not end')
}

async function identify(client: Client, writer: string | undefined): Promise<Backend> {
  const { rows } = await client.query<Backend>(
    `select pid, backend_start::text as "startedAt", coalesce($1, gen_random_uuid()) as writer
     from pg_stat_activity where pid = pg_backend_pid()`,
    [writer ?? null],
  )
  const [backend] = rows
  if (backend === undefined) throw new Error('the connection does not find its own backend')
  return backend
}

/**
 * A batch touches a handful of rows by key. Plans are made once and kept, perhaps while the tables are empty; without
 * these settings that plan may scan the table, and go on scanning it as it grows.
 */
async function preferIndexes(client: Client): Promise<void> {
  await client.query(
    `set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off`,
  )
}

async function readTip(client: Client, writer: string): Promise<ChainTip> {
  const { rows } = await client.query<{ writer_seq: string; chain_hash: Uint8Array }>(
    `select writer_seq, chain_hash from gateway.audit_entries where writer = $1 order by writer_seq desc limit 1`,
    [writer],
  )
  const last = rows[0]
  return last === undefined ? chainStart(writer) : { sequence: Number(last.writer_seq), chained: last.chain_hash }
}
