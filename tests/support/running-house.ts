/**
 * The whole house on loopback, as `npm start` puts it together: three simulators, a PostgreSQL, the gateway, and a demo
 * client with a token. The gateway runs in this process, or as a program of its own where its output or its death matters.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, type QueryResultRow } from 'pg'
import { createClientKeyPair, readClientKeyFile, writeClientKeyFile, type ClientKey } from '#auth/client-key-file.ts'
import { clientKeyFile, demoClientId } from '#auth/demo-client.ts'
import { acceptClient } from '#auth/new-client.ts'
import { scopes } from '#domain/principal.ts'
import { startGateway, type Gateway } from '#main/gateway.ts'
import { readSettings } from '#main/settings.ts'
import { startSandbox, type Sandbox } from '#sandbox/index.ts'
import { createClientStore } from '#store/client-store.ts'
import { openDatabase } from '#store/database.ts'
import { findRunningPostgres } from '#store/embedded-postgres.ts'
import { writeSandboxConfiguration } from '../../src/cli/sandbox-configuration.ts'
import { connectClient, type ApiClient } from './api-client.ts'
import { checkout } from './checkout.ts'
import { makeDataFolder } from './data-folder.ts'
import { freePort } from './free-port.ts'
import { createTestDatabase, type TestDatabase } from './postgres.ts'
import type { ProgramEnd } from './run-program.ts'
import { startProgram } from './running-program.ts'
import { controlOf, type SandboxControl } from './sandbox-control.ts'
import { silentLog } from './silent-log.ts'

export interface HouseOptions {
  /** Overrides of the configuration's deadlines, milliseconds. */
  readonly deadlines?: Readonly<Record<string, number>>
  /** Orders are checked against the demo fee catalogue. */
  readonly isCheckingFees?: true
  /** A PostgreSQL of the gateway's own under its DATA_DIR; otherwise a database on the run's shared one, which is quicker. */
  readonly ownPostgres?: true
  /** Besides public https addresses, where webhooks may go. */
  readonly webhookAllowOrigins?: readonly string[]
  /** The gateway as a program of its own that logs everything it can; it brings its own PostgreSQL. */
  readonly asProgram?: true
}

export interface RunningHouse {
  /** `PUBLIC_URL`: issuer, and where the API is. */
  readonly url: string
  readonly operationsUrl: string
  readonly notifyUrl: string
  readonly dataDir: string
  readonly sandbox: Sandbox
  readonly control: SandboxControl
  /** The demo client of tenant lao-cai, who may do everything. */
  readonly client: ApiClient
  /** Registers another client with every scope, and connects it. */
  newClient(id: string, tenant: string): Promise<ApiClient>
  /** Asks the gateway's database directly. */
  rows<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>
  /** Where the gateway runs as a program: stops it, and gives everything it ever said. */
  stopProgram(): Promise<ProgramEnd>
  close(): Promise<void>
}

/** Rejects after closing whatever was open already. */
export async function openHouse(options: HouseOptions = {}): Promise<RunningHouse> {
  const undo: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    return await open(options, (step) => void undo.push(step), close)
  } catch (error) {
    await close()
    throw error
  }
}

async function open(
  { deadlines, isCheckingFees, ownPostgres, asProgram, webhookAllowOrigins = [] }: HouseOptions,
  later: (step: () => Promise<unknown>) => void,
  close: () => Promise<void>,
): Promise<RunningHouse> {
  const dataDir = await makeDataFolder()
  later(() => rm(dataDir, { recursive: true, force: true }))
  const [port, operationsPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const notifyUrl = `${url}/notifications/payment-portal`
  const sandbox = await startSandbox({ controlPort: 0, notifyUrl })
  later(sandbox.close)
  const configFile = join(dataDir, 'gateway.yaml')
  writeSandboxConfiguration({
    configFile,
    dataDir,
    sandbox,
    ...(deadlines && { deadlines }),
    ...(isCheckingFees && { isCheckingFees }),
  })

  const shared = asProgram || ownPostgres ? undefined : await createTestDatabase()
  if (shared) later(shared.drop)
  const variables = {
    MODE: 'sandbox',
    PORT: String(port),
    OPERATIONS_PORT: String(operationsPort),
    DATA_DIR: dataDir,
    WEBHOOK_ALLOW_ORIGINS: webhookAllowOrigins.join(','),
    LOG_LEVEL: asProgram ? 'debug' : 'silent',
  }
  const program = asProgram ? await serve(variables, later) : undefined
  if (!program) later((await startHere(variables, shared)).close)

  const connectionString = shared?.connectionString ?? (await findRunningPostgres(dataDir)) ?? ''
  return {
    url,
    operationsUrl: `http://127.0.0.1:${operationsPort}`,
    notifyUrl,
    dataDir,
    sandbox,
    control: controlOf(sandbox.controlUrl),
    client: await connectClient(url, { clientId: demoClientId, key: keyOf(dataDir, demoClientId) }),
    newClient: async (id, tenant) => {
      const pair = createClientKeyPair()
      writeClientKeyFile(clientKeyFile(dataDir, id), pair)
      await register(connectionString, { id, tenant, publicJwk: pair.publicJwk })
      return connectClient(url, { clientId: id, key: keyOf(dataDir, id) })
    },
    rows: (sql, values = []) => query(connectionString, sql, values),
    stopProgram: () => program?.stop() ?? Promise.reject(new Error('the gateway runs in this process')),
    close,
  }
}

function startHere(variables: Record<string, string>, shared: TestDatabase | undefined): Promise<Gateway> {
  const { environment, config } = readSettings(variables)
  return startGateway({ environment: { ...environment, databaseUrl: shared?.connectionString }, config })
}

/** Starts `serve` as an operator would. Rejects with what it said when it ends before it is ready. */
async function serve(variables: Record<string, string>, later: (step: () => Promise<unknown>) => void) {
  const program = startProgram(process.execPath, ['src/cli/index.ts', 'serve'], { cwd: checkout, env: variables })
  later(() => program.stop())
  await program.says(/listening on/)
  return program
}

const keyOf = (dataDir: string, clientId: string): ClientKey => readClientKeyFile(clientKeyFile(dataDir, clientId))

interface NewClient {
  readonly id: string
  readonly tenant: string
  readonly publicJwk: object
}

async function register(connectionString: string, { id, tenant, publicJwk }: NewClient): Promise<void> {
  const database = await openDatabase({ connectionString, log: silentLog })
  try {
    const returnOrigins = ['https://one-stop.example']
    await createClientStore(database).add(
      acceptClient({ id, tenant, name: id, scopes, returnOrigins, jwks: { keys: [publicJwk] } }),
    )
  } finally {
    await database.close()
  }
}

async function query<Row extends QueryResultRow>(
  connectionString: string,
  sql: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const client = new Client({ connectionString })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Row>(sql, [...values])).rows
  } finally {
    await client.end()
  }
}
