/** Registered client systems. A client's id says which one it is before its tenant is known: ids are unique everywhere. */
import type { ClientStore } from '#domain/ports/stores.ts'
import type { Client, Scope } from '#domain/principal.ts'
import { everyTenant, type Database } from './database.ts'

interface Row {
  readonly id: string
  readonly tenant_id: string
  readonly name: string
  readonly scopes: Scope[]
  readonly jwks: Client['jwks']
  readonly return_origins: string[]
  readonly disabled_at_ms: string | null
}

const columns = 'select id, tenant_id, name, scopes, jwks, return_origins, disabled_at_ms from gateway.clients'

export const createClientStore = (database: Pick<Database, 'read' | 'write'>): ClientStore => ({
  find: async (clientId) => {
    const [row] = await database.read<Row>(everyTenant, {
      name: 'client-by-id',
      text: `${columns} where id = $1`,
      values: [clientId],
    })
    return row === undefined ? undefined : toClient(row)
  },
  list: async (tenant) => {
    const rows = await database.read<Row>(tenant ?? everyTenant, {
      name: 'clients',
      text: `${columns} where $1::text is null or tenant_id = $1 order by tenant_id, id`,
      values: [tenant ?? null],
    })
    return rows.map(toClient)
  },
  add: async ({ id, tenant, name, scopes, jwks, returnOrigins }) => {
    const added = await database.write({
      name: 'client-add',
      text: `insert into gateway.clients (id, tenant_id, name, scopes, jwks, return_origins)
        values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing`,
      values: [id, tenant, name, [...scopes], JSON.stringify(jwks), [...returnOrigins]],
    })
    if (added === 0) throw new Error(`the client id ${id} is taken`)
  },
  disable: async (clientId, atMs) => {
    const disabled = await database.write({
      name: 'client-disable',
      text: 'update gateway.clients set disabled_at_ms = $2 where id = $1 and disabled_at_ms is null',
      values: [clientId, atMs],
    })
    return disabled === 1
  },
})

const toClient = (row: Row): Client => ({
  id: row.id,
  tenant: row.tenant_id,
  name: row.name,
  scopes: row.scopes,
  jwks: row.jwks,
  returnOrigins: row.return_origins,
  ...(row.disabled_at_ms === null ? {} : { disabledAt: new Date(Number(row.disabled_at_ms)).toISOString() }),
})
