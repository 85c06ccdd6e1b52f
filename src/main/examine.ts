/** The doctor's rounds: everything a start depends on, looked at without starting or changing it. */
import { access, constants, mkdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { readConfig, type Config, type TenantConfig } from '#config/config.ts'
import { readEnvironment, type Environment } from '#config/env.ts'
import { StartupError } from '#domain/errors.ts'
import { createBillStore } from '#store/bill-store.ts'
import { openDatabase } from '#store/database.ts'
import { findJournalFaults } from '#store/journal-faults.ts'
import { countParkedJobs } from '#jobs/queue.ts'
import { findRunningPostgres } from '#store/embedded-postgres.ts'
import { quietLog } from './quiet-log.ts'

export interface Finding {
  readonly verdict: 'well' | 'warning' | 'broken'
  readonly part: string
  readonly fact: string
  readonly cure?: string
}

const upstreamPatienceMs = 2_000

/** One finding per line; each examination stands alone, so that the first trouble does not hide the second. */
export async function* examine(variables: Readonly<Record<string, string | undefined>>): AsyncGenerator<Finding> {
  yield examineRuntime()
  const environment = attempt('environment', () => readEnvironment(variables))
  yield environment.finding
  if (environment.value === undefined) return
  yield await examineFolder(environment.value)
  const config = attempt('configuration', () => readConfig(environment.value.configFile, environment.value.mode))
  yield config.finding
  yield* examineDatabase(environment.value)
  yield await examinePort('PORT', environment.value.host, environment.value.port)
  yield await examinePort('OPERATIONS_PORT', '127.0.0.1', environment.value.operationsPort)
  if (config.value !== undefined) yield* examineUpstreams(config.value)
}

function examineRuntime(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isRecent = major > 22 || (major === 22 && minor >= 20)
  const fact = `Node ${process.versions.node}`
  return isRecent
    ? { verdict: 'well', part: 'runtime', fact }
    : {
        verdict: 'broken',
        part: 'runtime',
        fact,
        cure: 'Node 22.20 or newer; `npm ci` brings Node 24 for every npm script.',
      }
}

type Attempt<T> =
  | { readonly value: T; readonly finding: Finding }
  | { readonly value?: never; readonly finding: Finding }

function attempt<T>(part: string, read: () => T): Attempt<T> {
  try {
    return { value: read(), finding: { verdict: 'well', part, fact: 'complete and correct' } }
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    return { finding: { verdict: 'broken', part, fact: error.message, cure: error.cure } }
  }
}

async function examineFolder({ dataDir }: Environment): Promise<Finding> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
    return { verdict: 'well', part: 'data folder', fact: dataDir }
  } catch {
    return {
      verdict: 'broken',
      part: 'data folder',
      fact: `${dataDir} cannot be written`,
      cure: 'Give this user the folder, or set DATA_DIR.',
    }
  }
}

async function* examineDatabase({ databaseUrl, dataDir }: Environment): AsyncGenerator<Finding> {
  const part = 'database'
  const connectionString = databaseUrl ?? (await findRunningPostgres(dataDir).catch(() => undefined))
  if (connectionString === undefined) {
    yield { verdict: 'well', part, fact: `none is running on ${dataDir}; the gateway will start its own` }
    return
  }
  try {
    const database = await openDatabase({ connectionString, log: quietLog })
    const isReady = await database.ready()
    const parked = await createBillStore(database)
      .parked()
      .catch(() => undefined)
    await database.close()
    yield isReady
      ? { verdict: 'well', part, fact: 'reachable, durable, migrated' }
      : {
          verdict: 'warning',
          part,
          fact: 'reachable, not migrated yet',
          cure: 'lienthong migrate (serve does it at its start)',
        }
    if (!isReady) return
    yield examineBills(parked)
    yield await examineJobs(connectionString)
    yield await examineJournal(connectionString)
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    yield { verdict: 'broken', part, fact: error.message, cure: error.cure }
  }
}

function examineBills(parked: number | undefined): Finding {
  const part = 'bills'
  if (parked === undefined) {
    return {
      verdict: 'warning',
      part,
      fact: 'could not be counted',
      cure: 'lienthong migrate, if the database is older than this gateway; otherwise look again when it has less to do.',
    }
  }
  return parked === 0
    ? { verdict: 'well', part, fact: 'no portal owes one for a month' }
    : {
        verdict: 'warning',
        part,
        fact: `the portals did not issue ${parked} of them in a month`,
        cure: 'Ask the portal’s operator about the payments in gateway.portal_bills whose state is parked. GET …/receipt/portal asks again, and keeps the bill once it is there.',
      }
}

async function examineJobs(connectionString: string): Promise<Finding> {
  const part = 'jobs'
  const parked = await countParkedJobs(connectionString, quietLog)
  return parked === 0
    ? { verdict: 'well', part, fact: 'none is parked' }
    : {
        verdict: 'warning',
        part,
        fact: `${parked} failed every time and are parked`,
        cure: 'Look for "a job failed" in the log. What they were about stays due in its own row and is tried again by the sweep; queue dead_jobs keeps them for two weeks.',
      }
}

async function examineJournal(connectionString: string): Promise<Finding> {
  const part = 'journal'
  const faults = await findJournalFaults(connectionString).catch(() => undefined)
  const [first] = faults ?? []
  if (faults === undefined) {
    return {
      verdict: 'warning',
      part,
      fact: 'could not be read to its end',
      cure: 'lienthong migrate, if the database is older than this gateway; otherwise look again when it has less to do.',
    }
  }
  return first === undefined
    ? { verdict: 'well', part, fact: 'sums to zero and follows from what happened' }
    : {
        verdict: 'broken',
        part,
        fact: `contradicts itself or what happened: ${first.payment_id} ${first.fault}${faults.length > 1 ? ' and more' : ''}`,
        cure: '`select * from gateway.journal_faults` names each. Nothing repairs itself here: compare the payment with the portal, and give no money back for it until it is understood.',
      }
}

async function examinePort(name: string, host: string, port: number): Promise<Finding> {
  const isTaken = port !== 0 && (await canConnect(host === '0.0.0.0' ? '127.0.0.1' : host, port))
  return isTaken
    ? {
        verdict: 'warning',
        part: name,
        fact: `${port} answers: a gateway, or somebody else, is running there`,
        cure: `If it is not the gateway: stop it, or set ${name}.`,
      }
    : { verdict: 'well', part: name, fact: `${port} is free` }
}

async function* examineUpstreams({ tenants }: Config): AsyncGenerator<Finding> {
  for (const [id, tenant] of Object.entries(tenants)) {
    for (const [name, url] of upstreamsOf(tenant)) {
      const { hostname, port, protocol } = new URL(url)
      const isThere = await canConnect(hostname, Number(port) || (protocol === 'https:' ? 443 : 80))
      const part = `${id} ${name}`
      yield isThere
        ? { verdict: 'well', part, fact: 'accepts connections' }
        : {
            verdict: 'warning',
            part,
            fact: 'accepts no connection',
            cure: 'Is the address right, is the road open, does the simulator run?',
          }
    }
  }
}

const upstreamsOf = ({ population, businessRegistry, portals }: TenantConfig): (readonly [string, string])[] => [
  ...(population === undefined ? [] : [['population', population.url] as const]),
  ...(businessRegistry === undefined ? [] : [['registry', businessRegistry.url] as const]),
  ...Object.entries(portals).flatMap(([name, portal]) => [
    [name, portal.url] as const,
    ...(portal.dialect === 'paygov' ? [[`${name} token`, portal.lgsp.tokenUrl] as const] : []),
  ]),
]

function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: upstreamPatienceMs })
    const done = (isThere: boolean) => {
      socket.destroy()
      resolve(isThere)
    }
    socket
      .once('connect', () => done(true))
      .once('timeout', () => done(false))
      .once('error', () => done(false))
  })
}
