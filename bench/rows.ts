/** What the database says, asked past every program that is measured. */
import { Client } from 'pg'

export async function query<Row extends object>(
  connectionString: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}

/** `table` of the schema `gateway`, narrowed by `where`. */
export async function countRows(connectionString: string, table: string, where = 'true'): Promise<number> {
  const [row] = await query<{ count: number }>(
    connectionString,
    `select count(*)::integer as count from gateway.${table} where ${where}`,
  )
  return row?.count ?? 0
}
