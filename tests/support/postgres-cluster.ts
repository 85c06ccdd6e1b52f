/**
 * One PostgreSQL for a whole test run. It starts when the first test asks for a database, so that runs without one pay
 * nothing, and lives in vitest's own process: the workers ask it over a unix socket, whose path they find in the environment.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { Client } from 'pg'
import { systemClock } from '#main/clock.ts'
import { openDatabase } from '#store/database.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#store/embedded-postgres.ts'
import { migrate } from '#store/migrate.ts'
import { fastFolder } from './fast-folder.ts'
import { silentLog } from './silent-log.ts'

export const brokerVariable = 'LIENTHONG_TEST_POSTGRES'
const template = 'test_template'

/** vitest's globalSetup; what it returns is called when the run ends. */
export default async function setUp(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(await fastFolder(), 'lienthong-test-'))
  // The server's user must get through when the tests run as root.
  await chmod(folder, 0o755)
  const cluster = createCluster(folder)
  const socket = join(folder, 'broker')
  const server = await listen(socket, cluster)
  process.env[brokerVariable] = socket
  return async () => {
    server.closeAllConnections()
    server.close()
    await cluster.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Cluster {
  create(): Promise<string>
  drop(name: string): Promise<void>
  stop(): Promise<void>
}

function createCluster(folder: string): Cluster {
  let starting: Promise<EmbeddedPostgres> | undefined
  let last = 0
  // PostgreSQL copies a template only while nobody else uses it: one at a time.
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work)
    queue = turn.catch(() => undefined)
    return turn
  }
  return {
    create: () =>
      inTurn(async () => {
        const postgres = await (starting ??= startWithTemplate(folder))
        const name = `test_${(last += 1)}`
        await execute(postgres.connectionString, `create database ${name} template ${template}`)
        return connectionTo(postgres.connectionString, name)
      }),
    drop: (name) =>
      inTurn(async () => {
        const postgres = await starting
        if (postgres !== undefined && /^test_\d+$/.test(name))
          await execute(postgres.connectionString, `drop database if exists ${name} with (force)`)
      }),
    stop: async () => {
      await (await starting?.catch(() => undefined))?.stop()
    },
  }
}

async function startWithTemplate(folder: string): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), clock: systemClock, log: silentLog })
  await execute(postgres.connectionString, `create database ${template}`)
  const database = await openDatabase({
    connectionString: connectionTo(postgres.connectionString, template),
    log: silentLog,
  })
  await migrate(database)
  await database.close()
  return postgres
}

const connectionTo = (connectionString: string, database: string): string =>
  connectionString.replace('@/lienthong?', `@/${database}?`)

async function execute(connectionString: string, statement: string): Promise<void> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function listen(socket: string, cluster: Cluster): Promise<Server> {
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1)
    const work = request.method === 'DELETE' ? cluster.drop(name) : cluster.create()
    work.then(
      (answer) => response.end(answer),
      (error: unknown) => response.writeHead(500).end(String((error as Error).stack)),
    )
  })
  return new Promise((resolve) => server.listen(socket, () => resolve(server)))
}
