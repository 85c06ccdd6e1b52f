import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#main/clock.ts'
import { openDatabase } from '#store/database.ts'
import { migrate, readMigrations } from '#store/migrate.ts'
import { createUnitOfWork } from '#store/unit-of-work.ts'
import { aUnit } from '../support/commit-units.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { silentLog } from '../support/silent-log.ts'

describe('migrate', () => {
  let test: TestDatabase
  let client: Client

  beforeAll(async () => {
    test = await createTestDatabase()
    client = new Client({ connectionString: test.connectionString })
    await client.connect()
  })

  afterAll(async () => {
    await client.end()
    await test.drop()
  })

  it('refuses a database whose applied migration was edited since', async () => {
    const [first, ...rest] = await readMigrations()
    const edited = [{ ...first!, checksum: 'another' }, ...rest]
    await expect(migrate(test, edited)).rejects.toMatchObject({ name: 'StartupError', message: /001_foundation/ })
  })

  it('refuses a database that a newer gateway migrated', async () => {
    const all = await readMigrations()
    await expect(migrate(test, all.slice(0, -1))).rejects.toMatchObject({ name: 'StartupError', message: /newer/ })
  })

  it('says what the user of DATABASE_URL lacks when it may not create roles or schemas', async () => {
    await client.query(`create role lowly login password 'lowly'`)
    try {
      const connectionString = test.connectionString.replace(/\/\/[^@]*@\/\w+\?/, '//lowly:lowly@/postgres?')
      await expect(migrate({ connectionString })).rejects.toMatchObject({ name: 'StartupError', cure: /createrole/ })
    } finally {
      await client.query('drop role lowly')
    }
  })

  it('lets an ordinary owner with createrole migrate and work', async () => {
    await client.query(`create role keeper login password 'keeper' createrole`)
    await client.query('create database kept_by_keeper owner keeper')
    const connectionString = test.connectionString.replace(/\/\/[^@]*@\/\w+\?/, '//keeper:keeper@/kept_by_keeper?')
    try {
      // The roles exist in this cluster already: somebody who may must have granted them.
      await client.query('grant gateway_reader, gateway_writer to keeper')
      await migrate({ connectionString })
      const database = await openDatabase({ connectionString, log: silentLog })
      expect(await database.ready()).toBe(true)
      const unitOfWork = createUnitOfWork({ database, clock: systemClock, log: silentLog })
      await unitOfWork.commit(aUnit())
      await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = 'kept_by_keeper'`)
      await unitOfWork.commit(aUnit())
      await unitOfWork.close()
      await database.close()
    } finally {
      await client.query('drop database kept_by_keeper with (force)')
      await client.query('drop role keeper')
    }
  })

  it('leaves nothing of a migration that fails half-way, and applies it when run again', async () => {
    const all = await readMigrations()
    const number = 900
    const broken = {
      number,
      name: '900_broken.sql',
      text: 'create table gateway.half (a int); select 1/0',
      checksum: 'b',
    }
    await expect(migrate(test, [...all, broken])).rejects.toMatchObject({ code: '22012' })
    const { rows } = await client.query(`select to_regclass('gateway.half') as found`)
    expect(rows).toEqual([{ found: null }])
    const repaired = { ...broken, text: 'create table gateway.half (a int)' }
    expect(await migrate(test, [...all, repaired])).toEqual({ applied: ['900_broken.sql'] })
    await client.query('drop table gateway.half; delete from gateway.migrations where number = 900')
  })

  it('applies each migration once when several processes start at the same moment', async () => {
    const all = await readMigrations()
    const more = { number: 901, name: '901_once.sql', text: 'create table gateway.once (a int)', checksum: 'c' }
    const results = await Promise.all([1, 2, 3, 4].map(() => migrate(test, [...all, more])))
    expect(results.flatMap(({ applied }) => applied)).toEqual(['901_once.sql'])
    await client.query('drop table gateway.once; delete from gateway.migrations where number = 901')
  })

  it('gives every table of the schema a tenant, but those that hold no tenant data', async () => {
    const { rows } = await client.query<{ relname: string }>(`
      select c.relname from pg_class c
      where c.relnamespace = 'gateway'::regnamespace and c.relkind = 'r'
        and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')
      order by 1`)
    expect(rows.map(({ relname }) => relname)).toEqual([
      'attempt_moves',
      'event_epochs',
      'migrations',
      'posting_kinds',
      'refund_moves',
    ])
  })
})
