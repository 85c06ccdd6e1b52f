/**
 * npm run bench            three programs, three requests, 0 and 20 ms upstream delay, interleaved rounds; then a hang
 * npm run bench -- --soak 10   ten minutes of steady load on the gateway, watching its memory
 * npm run bench -- --payments 10        ten minutes of payments, 200/s (--per-second), counted in the database at the end
 * npm run bench -- --notifications 60   a minute of notifications, 1,000/s (--per-second), and how long until all are applied
 * npm run bench -- --webhooks 100000    as many events that wait for a receiver, and how long until it has them
 *
 * Figures on a shared machine drift, so programs take turns within each round and medians over rounds are compared as
 * ratios. The load maker, the simulators, PostgreSQL and the program share the machine's cores.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../src/main/clock.ts'
import { startEmbeddedPostgres } from '../src/store/embedded-postgres.ts'
import { measureHang } from './hang.ts'
import { measureNotifications } from './notification-burst.ts'
import { measurePayments } from './payment-load.ts'
import { loadByCount, median, quantile } from './load.ts'
import { setUpstreamDelay, startGateway, startPeer, startSandboxProcess, type Program } from './programs.ts'
import { scenarios, type ScenarioName } from './scenarios.ts'
import { soak } from './soak.ts'
import { cpuSeconds, residentMiB } from './usage.ts'
import { measureWebhooks } from './webhook-backlog.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '2000' },
    warmup: { type: 'string', default: '3000' },
    concurrency: { type: 'string', default: '16' },
    delays: { type: 'string', default: '0,20' },
    only: { type: 'string' },
    soak: { type: 'string' },
    payments: { type: 'string' },
    notifications: { type: 'string' },
    webhooks: { type: 'string' },
    'per-second': { type: 'string' },
    'skip-hang': { type: 'boolean', default: false },
  },
})

const rounds = Number(values.rounds)
const requests = Number(values.requests)
const concurrency = Number(values.concurrency)
const chosen = scenarios.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name))
const goals: Readonly<Record<ScenarioName, number>> = { verify: 5, business: 5.5, payment: 4 }

interface Sample {
  readonly cpuMicros: number
  readonly rps: number
  readonly p50: number
  readonly p99: number
  readonly wrong: number
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const database = await startEmbeddedPostgres({ dataDir: folder, clock: systemClock, log })
const sandbox = await startSandboxProcess()
const stops: (() => Promise<void>)[] = [sandbox.stop, database.stop]

try {
  const shared = { databaseUrl: database.connectionString, sandbox }
  const { connectionString } = database
  const alone = async (): Promise<Program> => {
    const gateway = await startGateway({ ...shared, dataDir: folder })
    stops.unshift(gateway.stop)
    return gateway
  }
  const perSecond = (fallback: number): number => Number(values['per-second'] ?? fallback)
  if (values.soak !== undefined) await soak(await alone(), Number(values.soak), say)
  else if (values.payments !== undefined) {
    const minutes = Number(values.payments)
    await measurePayments({ gateway: await alone(), connectionString, perSecond: perSecond(200), minutes }, say)
  } else if (values.notifications !== undefined) {
    const burst = { perSecond: perSecond(1_000), seconds: Number(values.notifications) }
    await measureNotifications({ gateway: await alone(), sandbox, connectionString, ...burst }, say)
  } else if (values.webhooks !== undefined) {
    const start = (webhookAllowOrigins: string) => startGateway({ ...shared, dataDir: folder, webhookAllowOrigins })
    await measureWebhooks({ startGateway: start, connectionString, count: Number(values.webhooks) }, say)
  } else {
    const programs = [
      await startGateway({ ...shared, dataDir: folder }),
      await startPeer('naive', shared),
      await startPeer('limit', shared),
    ]
    stops.unshift(...programs.map((program) => program.stop))
    await compare(programs)
    if (!values['skip-hang']) await measureHang({ ...shared, dataDir: folder, controlUrl: sandbox.controlUrl }, say)
  }
} finally {
  for (const stop of stops) await stop()
  rmSync(folder, { recursive: true, force: true })
}

async function compare(programs: readonly Program[]): Promise<void> {
  say(
    `warm-up ${values.warmup} requests, then ${rounds} rounds of ${requests} requests at ${concurrency} connections; medians`,
  )
  for (const scenario of chosen) {
    for (const program of programs) await loadByCount(program, scenario, Number(values.warmup), concurrency)
  }
  for (const delayMs of values.delays.split(',').map(Number)) {
    await setUpstreamDelay(sandbox, delayMs)
    say(`\nupstream delay ${delayMs} ms`)
    say('            program   CPU µs/request      rps   p50 ms   p99 ms  RSS MiB   wrong')
    for (const scenario of chosen) {
      const samples = new Map<string, Sample[]>(programs.map(({ name }) => [name, []]))
      for (let round = 0; round < rounds; round += 1) {
        for (const program of rotated(programs, round)) {
          const before = cpuSeconds(program.pid)
          const result = await loadByCount(program, scenario, requests, concurrency)
          samples.get(program.name)?.push({
            cpuMicros: ((cpuSeconds(program.pid) - before) / requests) * 1e6,
            rps: requests / result.seconds,
            p50: quantile(result.latencies, 0.5),
            p99: quantile(result.latencies, 0.99),
            wrong: result.wrong,
          })
        }
      }
      report(scenario.name, programs, samples)
      const single = programs[0]
      if (single !== undefined) {
        const alone = await loadByCount(single, scenario, 300, 1)
        say(
          `            gateway at one connection: p50 ${quantile(alone.latencies, 0.5).toFixed(2)} ms with the upstream's ${delayMs} ms, simulator and network included`,
        )
      }
    }
  }
  await setUpstreamDelay(sandbox, 0)
}

function report(
  scenario: ScenarioName,
  programs: readonly Program[],
  samples: ReadonlyMap<string, readonly Sample[]>,
): void {
  const middle = (name: string, figure: keyof Sample): number =>
    median((samples.get(name) ?? []).map((one) => one[figure]))
  for (const { name, pid } of programs) {
    const cells = [
      middle(name, 'cpuMicros').toFixed(0).padStart(16),
      middle(name, 'rps').toFixed(0).padStart(8),
      middle(name, 'p50').toFixed(1).padStart(8),
      middle(name, 'p99').toFixed(1).padStart(8),
      String(residentMiB(pid)).padStart(8),
      String((samples.get(name) ?? []).reduce((sum, { wrong }) => sum + wrong, 0)).padStart(7),
    ]
    say(`${scenario.padEnd(10)}${name.padStart(9)} ${cells.join(' ')}`)
  }
  const toLimit = middle('gateway', 'cpuMicros') / middle('limit', 'cpuMicros')
  const toNaive = middle('naive', 'cpuMicros') / middle('gateway', 'cpuMicros')
  say(
    `            gateway ÷ limit ${toLimit.toFixed(2)} (goal ≤ 2.5) · naive ÷ gateway ${toNaive.toFixed(2)} (goal ≥ ${goals[scenario]})`,
  )
}

/** Each round begins with another program, so that none always runs first. */
function rotated<T>(items: readonly T[], by: number): readonly T[] {
  return [...items.slice(by % items.length), ...items.slice(0, by % items.length)]
}
