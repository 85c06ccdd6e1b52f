import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { everyTenant, openDatabase, type Database } from '#store/database.ts'
import { createPostgresProxy } from '../support/postgres-proxy.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { silentLog } from '../support/silent-log.ts'

let test: TestDatabase
const closing: { close(): Promise<void> }[] = []

beforeAll(async () => {
  test = await createTestDatabase()
})

afterEach(async () => {
  for (const opened of closing.splice(0)) await opened.close()
})

afterAll(() => test.drop())

async function open(maxReaders?: number, connectionString = test.connectionString): Promise<Database> {
  const database = await openDatabase({
    connectionString,
    log: silentLog,
    ...(maxReaders === undefined ? {} : { maxReaders }),
  })
  closing.push(database)
  return database
}

const pause = (seconds: number) => ({ name: `pause-${seconds}`, text: `select pg_sleep(${seconds})`, values: [] })

describe('the database', () => {
  it('makes nobody wait longer than half a second for a connection', async () => {
    const database = await open(1)
    const holding = database.read(everyTenant, pause(1))
    await expect(database.read(everyTenant, pause(0))).rejects.toMatchObject({
      code: 'storage_unavailable',
      retryAfterSeconds: 1,
    })
    await holding
  })

  it('says that storage is unavailable, and that it is not ready, while the server is gone; and recovers', async () => {
    const proxy = await createPostgresProxy(test.connectionString)
    const database = await open(2, proxy.connectionString)
    closing.push(proxy)
    expect(await database.ready()).toBe(true)
    proxy.refuse(true)
    proxy.cutBeforeNextStatement()
    expect(await database.ready()).toBe(false)
    await expect(database.read(everyTenant, pause(0))).rejects.toMatchObject({ code: 'storage_unavailable' })
    proxy.refuse(false)
    expect(await database.ready()).toBe(true)
  })

  it('is not ready before it is migrated', async () => {
    const client = new Client({ connectionString: test.connectionString })
    await client.connect()
    await client.query('drop schema if exists bare cascade')
    const name = `bare_${process.pid}`
    await client.query(`create database ${name}`)
    try {
      const bare = await open(1, test.connectionString.replace(/@\/\w+\?/, `@/${name}?`))
      expect(await bare.ready()).toBe(false)
      await bare.close()
    } finally {
      await client.query(`drop database ${name} with (force)`)
      await client.end()
    }
  })

  it('reads for one tenant and then for another on the same connection', async () => {
    const database = await open(1)
    const who = {
      name: 'who',
      text: `select current_setting('gateway.tenant') as tenant, current_user as role`,
      values: [],
    }
    expect(await database.read('lao-cai', who)).toEqual([{ tenant: 'lao-cai', role: 'gateway_reader' }])
    expect(await database.read('yen-bai', who)).toEqual([{ tenant: 'yen-bai', role: 'gateway_reader' }])
    expect(await database.read('yen-bai', who)).toEqual([{ tenant: 'yen-bai', role: 'gateway_reader' }])
  })

  it('survives the death of its connections, idle and in use', async () => {
    const database = await open(2)
    await database.ready()
    const inUse = database.read(everyTenant, pause(5))
    const client = new Client({ connectionString: test.connectionString })
    await client.connect()
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'gateway_reader' and datname = current_database() and query like 'select pg_sleep(5)%'`
    await Promise.all([
      expect(inUse).rejects.toMatchObject({ code: 'storage_unavailable' }),
      expect.poll(async () => (await client.query(kill)).rowCount, { interval: 10 }).toBe(1),
    ])
    await client.query(kill.replace(/and query.*/, ''))
    await client.end()
    await expect.poll(() => database.ready()).toBe(true)
  })

  it('hands on what the server says of the statement itself', async () => {
    const database = await open()
    await expect(database.read(everyTenant, { name: 'bad', text: 'select 1/0', values: [] })).rejects.toMatchObject({
      code: '22012',
    })
  })

  it('may be closed twice', async () => {
    const database = await open()
    await Promise.all([database.close(), database.close()])
  })
})
