/** A database of one's own for a test file: migrated, empty, on the run's one PostgreSQL. */
import { request } from 'node:http'
import { openDatabase, type Database } from '#store/database.ts'
import { brokerVariable } from './postgres-cluster.ts'
import { silentLog } from './silent-log.ts'

export interface TestDatabase {
  /** The owner's. */
  readonly connectionString: string
  /** Opens pools on it; close them yourself, or let `drop` do it. */
  open(): Promise<Database>
  /** Closes what `open` opened and drops the database, whoever is still connected. */
  drop(): Promise<void>
}

/** Takes some 50 ms; the first one of a run some two seconds. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const connectionString = await askBroker('POST', '/')
  const opened: Database[] = []
  return {
    connectionString,
    open: async () => {
      const database = await openDatabase({ connectionString, log: silentLog })
      opened.push(database)
      return database
    },
    drop: async () => {
      await Promise.all(opened.map((database) => database.close()))
      await askBroker('DELETE', `/${/@\/(\w+)\?/.exec(connectionString)?.[1]}`)
    },
  }
}

function askBroker(method: string, path: string): Promise<string> {
  const socketPath = process.env[brokerVariable]
  if (socketPath === undefined)
    throw new Error('vitest.config.ts must name tests/support/postgres-cluster.ts as globalSetup')
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, method, path, agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => (text += chunk))
      answer.on('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))))
    })
    asking.on('error', reject)
    asking.end()
  })
}
