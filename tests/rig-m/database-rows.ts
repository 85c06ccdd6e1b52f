/** Every row the checker judges by, as JSON lines: what a row means is the checker's to say. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { Client } from 'pg'

const rowsPerFetch = 2_000
/** Kept for its order, which the checker may rely on: a chain is read from its beginning. */
const orderedBy: Readonly<Record<string, string>> = {
  audit_entries: 'writer, writer_seq',
  payment_events: 'payment_id, sequence',
}
/** Tokens and clients are nobody's money. */
const leftOut = new Set(['oidc_rows', 'audit_salts', 'clients', 'identity_verifications', 'attempt_moves'])

export async function withDatabase<T>(connectionString: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000, query_timeout: 60_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Writes `{ table, row }` for every row of every table and view of ours that has a tenant. */
export async function writeRows(connectionString: string, path: string): Promise<void> {
  const file = openSync(path, 'w', 0o600)
  try {
    await withDatabase(connectionString, async (client) => {
      await client.query('begin isolation level repeatable read read only')
      writeSync(file, `${JSON.stringify({ table: 'meta', row: { at_ms: Date.now() } })}\n`)
      for (const table of await tablesOf(client)) await writeTable(client, table, file)
    })
  } finally {
    closeSync(file)
  }
}

async function tablesOf(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
     where c.relnamespace = 'gateway'::regnamespace and c.relkind in ('r', 'v') order by 1`,
  )
  return rows.map(({ name }) => name).filter((name) => !leftOut.has(name))
}

async function writeTable(client: Client, table: string, file: number): Promise<void> {
  const order = orderedBy[table] === undefined ? '' : `order by ${orderedBy[table]}`
  await client.query(
    `declare rows no scroll cursor for select to_jsonb(t)::text as row from gateway.${table} t ${order}`,
  )
  for (;;) {
    const { rows } = await client.query<{ row: string }>(`fetch ${rowsPerFetch} from rows`)
    if (rows.length === 0) break
    writeSync(file, rows.map(({ row }) => `{"table":"${table}","row":${row}}\n`).join(''))
  }
  await client.query('close rows')
}
