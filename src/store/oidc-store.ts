/** What the token endpoint remembers: rows of oidc-provider, and assertion ids that may be used once. */
import type { OidcRows } from '#auth/oidc-rows.ts'
import { everyTenant, type Database } from './database.ts'

interface Row {
  readonly payload: Readonly<Record<string, unknown>>
  readonly consumed_at_ms: string | null
}

export const createOidcStore = (database: Pick<Database, 'read' | 'write'>): OidcRows => ({
  upsert: async ({ kind, id, payload, expiresAtMs }) => {
    await database.write({
      name: 'oidc-upsert',
      text: `insert into gateway.oidc_rows (kind, id, payload, expires_at_ms) values ($1, $2, $3, $4)
        on conflict (kind, id) do update set payload = excluded.payload, expires_at_ms = excluded.expires_at_ms`,
      values: [kind, id, JSON.stringify(payload), expiresAtMs ?? null],
    })
  },

  find: async (kind, id, nowMs) => {
    const [row] = await database.read<Row>(everyTenant, {
      name: 'oidc-find',
      text: `select payload, consumed_at_ms from gateway.oidc_rows
        where kind = $1 and id = $2 and (expires_at_ms is null or expires_at_ms > $3)`,
      values: [kind, id, nowMs],
    })
    if (row === undefined) return undefined
    return row.consumed_at_ms === null
      ? row.payload
      : { ...row.payload, consumed: Math.floor(Number(row.consumed_at_ms) / 1000) }
  },

  consume: async (kind, id, atMs) => {
    await database.write({
      name: 'oidc-consume',
      text: `update gateway.oidc_rows set consumed_at_ms = $3 where kind = $1 and id = $2`,
      values: [kind, id, atMs],
    })
  },

  destroy: async (kind, id) => {
    await database.write({
      name: 'oidc-destroy',
      text: `delete from gateway.oidc_rows where kind = $1 and id = $2`,
      values: [kind, id],
    })
  },

  // Each new row takes two expired ones with it, so that the table stays as large as what is alive.
  insertOnce: async ({ kind, id, expiresAtMs }, nowMs) => {
    const inserted = await database.write({
      name: 'oidc-insert-once',
      text: `with expired as (
          select kind, id from gateway.oidc_rows
          where expires_at_ms <= $4 and not (kind = $1 and id = $2)
          order by expires_at_ms limit 2 for update skip locked
        ), swept as (
          delete from gateway.oidc_rows r using expired e where r.kind = e.kind and r.id = e.id
        )
        insert into gateway.oidc_rows as r (kind, id, payload, expires_at_ms) values ($1, $2, '{}', $3)
        on conflict (kind, id) do update set payload = excluded.payload, expires_at_ms = excluded.expires_at_ms, consumed_at_ms = null
        where r.expires_at_ms <= $4`,
      values: [kind, id, expiresAtMs, nowMs],
    })
    return inserted === 1
  },
})
