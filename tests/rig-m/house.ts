/**
 * Two gateways as programs on one PostgreSQL that syncs to a real disk, the sandbox as a third program with its books on
 * the disk, a proxy that spoils what gateways and portal say to each other, a receiver of webhooks, and a front door that leads
 * to whichever gateway listens. All on loopback; all ended by `close`, also when the opening fails half-way.
 */
import { chmod, mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientKeyFile, demoClientId } from '#auth/demo-client.ts'
import { systemClock } from '#main/clock.ts'
import type { Sandbox } from '#sandbox/index.ts'
import { startEmbeddedPostgres } from '#store/embedded-postgres.ts'
import { requestToken } from '../../src/cli/request-token.ts'
import { writeSandboxConfiguration } from '../../src/cli/sandbox-configuration.ts'
import { freePort, freePortRun } from '../support/free-port.ts'
import { silentLog } from '../support/silent-log.ts'
import type { Chance } from './chance.ts'
import { withDatabase } from './database-rows.ts'
import { openFaultProxy, type FaultProxy } from './fault-proxy.ts'
import { startMortalProgram, type MortalProgram } from './mortal-program.ts'
import { openRigReceiver, type RigReceiver } from './receiver.ts'

export interface RigHouse {
  /** History, books, rows and verdict. */
  readonly folder: string
  readonly portalJournal: string
  readonly connectionString: string
  readonly gateways: readonly MortalProgram[]
  readonly gatewayUrls: readonly [string, ...string[]]
  readonly portal: MortalProgram
  readonly proxy: FaultProxy
  readonly controlUrl: string
  token(isFresh: boolean): Promise<string>
  killBackend(chance: Chance): Promise<boolean>
  restartDatabase(): Promise<boolean>
  close(): Promise<void>
}

export interface RigHouseOptions {
  readonly chance: Chance
  /** Where the gateway's sources are: this checkout, or one with a bug planted. */
  readonly checkout: string
}

const startWithinMs = 60_000
const gatewayCount = 2
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const tokenLifeMs = 120_000

export async function openRigHouse(options: RigHouseOptions): Promise<RigHouse> {
  const undo: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const step of undo.splice(0).toReversed()) await step().catch(() => undefined)
    for (const signal of endings) process.off(signal, onEnding)
  }
  // Who stops the rig stops what it started.
  const onEnding = () => void close().finally(() => process.exit(130))
  for (const signal of endings) process.once(signal, onEnding)
  try {
    return await open(options, (step) => void undo.push(step), close)
  } catch (error) {
    await close()
    throw error
  }
}

async function open(
  { chance, checkout }: RigHouseOptions,
  later: (step: () => Promise<unknown>) => void,
  close: () => Promise<void>,
): Promise<RigHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-rig-'))
  const dataDir = join(folder, 'data')
  await mkdir(dataDir)
  // PostgreSQL's own user must get through when the rig runs as root.
  for (const each of [folder, dataDir]) await chmod(each, 0o755)
  const [sandboxPort, proxyPort, doorPort] = [await freePortRun(4), await freePort(), await freePort()]
  const gatewayPorts = [await freePort(), await freePort()].slice(0, gatewayCount)
  const doorUrl = `http://127.0.0.1:${doorPort}`
  const portalJournal = join(folder, 'portal.jsonl')

  const postgres = await startEmbeddedPostgres({ dataDir, clock: systemClock, log: silentLog })
  later(postgres.stop)
  const { connectionString } = postgres

  const portal = startMortalProgram({
    folder: checkout,
    args: ['sandbox/main.ts'],
    environment: {
      SANDBOX_PORT: String(sandboxPort),
      NOTIFY_URL: `${doorUrl}/notifications/payment-portal`,
      JOURNAL_FILE: portalJournal,
    },
    ready: /^\{.*\}$/m,
  })
  later(portal.close)
  const sandbox = JSON.parse((await portal.becomesReady(startWithinMs))[0]) as Sandbox

  const portalUrl = new URL(sandbox.portalUrl)
  const portalPort = Number(portalUrl.port)
  const proxy = await openFaultProxy({ targets: () => [portalPort], chance: chance.branch('proxy'), port: proxyPort })
  later(proxy.close)
  const receiver = await openRigReceiver(join(folder, 'webhooks.jsonl'), chance.branch('receiver'))
  later(receiver.close)
  portalUrl.port = String(proxyPort)
  writeSandboxConfiguration({
    configFile: join(dataDir, 'gateway.yaml'),
    dataDir,
    sandbox: { ...sandbox, portalUrl: portalUrl.href },
  })

  const gateways: MortalProgram[] = []
  for (const port of gatewayPorts) {
    const gateway = startMortalProgram({
      folder: checkout,
      args: ['src/cli/index.ts', 'serve'],
      environment: {
        MODE: 'sandbox',
        PORT: String(port),
        OPERATIONS_PORT: '0',
        PUBLIC_URL: doorUrl,
        DATA_DIR: dataDir,
        DATABASE_URL: connectionString,
        LOG_LEVEL: 'error',
        WEBHOOK_ALLOW_ORIGINS: receiver.origin,
      },
      ready: /listening on/,
    })
    later(gateway.close)
    gateways.push(gateway)
    // One after the other: the first makes keys, tables and the demo client.
    await gateway.becomesReady(startWithinMs)
  }
  let turn = 0
  const door = await openFaultProxy({
    targets: () => ((turn += 1) % 2 === 0 ? gatewayPorts : gatewayPorts.toReversed()),
    chance: chance.branch('door'),
    port: doorPort,
  })
  later(door.close)
  const token = tokenSource(doorUrl, dataDir)
  await subscribe(receiver, doorUrl, await token(false))

  return {
    folder,
    portalJournal,
    connectionString,
    gateways,
    gatewayUrls: gatewayPorts.map((port) => `http://127.0.0.1:${port}`) as [string, ...string[]],
    portal,
    proxy,
    controlUrl: sandbox.controlUrl,
    token,
    killBackend: (chance) => killBackend(connectionString, chance),
    restartDatabase: async () => {
      const pid = postgres.pid()
      return pid !== undefined && process.kill(pid, 'SIGQUIT')
    },
    close,
  }
}

/** One token for all clients, asked for again before it ends or when a gateway refuses it. */
function tokenSource(publicUrl: string, dataDir: string): (isFresh: boolean) => Promise<string> {
  const question = { publicUrl, clientId: demoClientId, keyFile: clientKeyFile(dataDir, demoClientId) }
  let asking: Promise<string> | undefined
  let askedMs = 0
  return (isFresh) => {
    const ageMs = performance.now() - askedMs
    if (asking === undefined || ageMs > tokenLifeMs || (isFresh && ageMs > 1_000)) {
      askedMs = performance.now()
      const asked = requestToken(question)
      asking = asked
      asked.catch(() => {
        if (asking === asked) asking = undefined
      })
    }
    return asking
  }
}

/** From here on every event is owed to the receiver. HMAC, because the checker's language has no other in its library. */
async function subscribe(receiver: RigReceiver, publicUrl: string, token: string): Promise<void> {
  const ask = async (path: string, body?: object): Promise<Readonly<Record<string, string>>> => {
    const response = await fetch(publicUrl + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${path} was answered ${response.status}`)
    return (await response.json()) as Readonly<Record<string, string>>
  }
  const endpoint = { url: `${receiver.origin}/told`, signatureScheme: 'hmac-sha256' }
  const { id } = await ask('/v1/webhook-endpoints', endpoint)
  const { secret } = await ask(`/v1/webhook-endpoints/${id}/secret`)
  if (secret === undefined) throw new Error('the endpoint has no secret')
  receiver.trusts(secret)
}

/** Half of the time the writer's: there the most is at stake. */
function killBackend(connectionString: string, chance: Chance): Promise<boolean> {
  const whose = chance.happens(0.5) ? 'gateway_writer' : 'gateway_%'
  return withDatabase(connectionString, async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where application_name like $1 and pid <> pg_backend_pid() order by pid`,
      [whose],
    )
    const [first, ...others] = rows
    if (first === undefined) return false
    await client.query('select pg_terminate_backend($1)', [chance.pick([first, ...others]).pid])
    return true
  })
}
