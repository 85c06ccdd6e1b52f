/**
 * PostgreSQL in this process: our own migrations, roles and statements, one call at a time. It never calls fsync, so it
 * is a place for simulations only; what a crash of the database itself does is the other rig's matter.
 */
import { PGlite } from '@electric-sql/pglite'
import { storageUnavailable, type Database, type Role } from '#store/database.ts'
import type { OpenSession } from '#store/commit-session.ts'
import { chainStart } from '#store/audit-chain.ts'
import { readMigrations } from '#store/migrate.ts'
import type { Steps } from './steps.ts'
import type { Life } from './virtual-time.ts'

export interface SimulatedDatabase {
  readOf(life: Life, steps: Steps): Pick<Database, 'read' | 'take'>
  openSessionOf(life: Life, steps: Steps): OpenSession
  /** As the owner, at once: for looking at the end, never for a process. */
  rows(text: string): Promise<readonly Record<string, unknown>[]>
  hasTable(name: string): boolean
  /** Empty tables, as after the migrations, but for two webhook endpoints. */
  reset(): Promise<void>
  close(): Promise<void>
}

const int8 = 20

/** A client of each tenant wants to be told everything. */
const endpoints = `insert into gateway.webhook_endpoints
  (id, tenant_id, url, event_types, scheme, secret_epoch, secret_version, state, version, failures, created_at_ms)
  select 'whe_' || t, t, 'https://' || t || '.vn/', '{}', 'ed25519', 1, 1, 'enabled', 1, 0, 0
  from unnest(array['lao-cai', 'ha-giang']) t`

export async function simulatedDatabase(): Promise<SimulatedDatabase> {
  // As the pg client gives it: text, so that no amount is rounded.
  const pglite = await PGlite.create({ parsers: { [int8]: (text: string) => text } })
  await pglite.exec('create schema gateway')
  for (const { text } of await readMigrations()) await pglite.exec(text)
  const tables = await tablesOf(pglite)
  const clear = tables.filter(({ isOwned }) => isOwned).map(({ name }) => `delete from gateway.${name}`)
  let acting = ''
  let sessions = 0

  /** One connection plays all of them: before each statement it takes the role and the tenant of whoever speaks. */
  const actFor = async (role: Role | 'owner', tenant: string) => {
    const wanted = `${role} ${tenant}`
    if (acting === wanted) return
    const taken = role === 'owner' ? 'reset role' : `set role ${role}`
    await pglite.exec(`${taken}; select set_config('gateway.tenant', '${tenant.replaceAll("'", "''")}', false)`)
    acting = wanted
  }
  const run = async (role: Role | 'owner', tenant: string, text: string, values: readonly unknown[] = []) => {
    await actFor(role, tenant)
    return (await pglite.query<Record<string, unknown>>(text, [...values])).rows
  }

  return {
    readOf: (life, steps) => ({
      read: <Row>(tenant: string, { name, text, values }: { name: string; text: string; values: readonly unknown[] }) =>
        steps.park({
          life,
          name: `db ${name}`,
          effect: async () => (await run('gateway_reader', tenant, text, values)) as readonly Row[],
          trouble: () => storageUnavailable(new Error('told to fail')),
        }),
      take: <Row>({ name, text, values }: { name: string; text: string; values: readonly unknown[] }) =>
        steps.park({
          life,
          name: `db ${name}`,
          effect: async () => (await run('gateway_writer', '*', text, values)) as readonly Row[],
          trouble: () => storageUnavailable(new Error('told to fail')),
        }),
    }),

    openSessionOf: (life, steps) => async (former) => {
      const lost = () => new Error('connection lost')
      const backend = await steps.park({
        life,
        name: 'db connect',
        trouble: lost,
        effect: async () => {
          sessions += 1
          const writer = former?.writer ?? `00000000-0000-4000-8000-${String(sessions).padStart(12, '0')}`
          return { pid: sessions, startedAt: String(sessions), writer }
        },
      })
      const [tip] = await run(
        'owner',
        '*',
        'select writer_seq, chain_hash from gateway.audit_entries where writer = $1 order by writer_seq desc limit 1',
        [backend.writer],
      )
      let isOpen = true
      return {
        backend,
        tip:
          tip === undefined
            ? chainStart(backend.writer)
            : { sequence: Number(tip['writer_seq']), chained: tip['chain_hash'] as Uint8Array },
        isOpen: () => isOpen,
        run: ({ name, text, values }) =>
          steps.park({
            life,
            name: `db ${name.startsWith('commit-') ? 'commit' : name}`,
            effect: () => run('gateway_writer', '*', text, values),
            trouble: () => {
              isOpen = false
              return lost()
            },
          }),
        close: async () => {
          isOpen = false
        },
      }
    },

    rows: (text) => run('owner', '*', text),
    hasTable: (name) => tables.some((table) => table.name === name),
    reset: async () => {
      await actFor('owner', '*')
      // The triggers that keep history for good are for the gateway, not for a new history.
      await pglite.exec(
        `set session_replication_role = replica; ${clear.join('; ')}; set session_replication_role = origin; ${endpoints}`,
      )
      sessions = 0
    },
    close: () => pglite.close(),
  }
}

async function tablesOf(pglite: PGlite): Promise<readonly { name: string; isOwned: boolean }[]> {
  const { rows } = await pglite.query<{ name: string; isOwned: boolean }>(
    `select relname as name, exists (select from pg_attribute where attrelid = c.oid and attname = 'tenant_id') as "isOwned"
     from pg_class c where relnamespace = 'gateway'::regnamespace and relkind = 'r' order by relname`,
  )
  return rows
}
