/** One upstream hangs while it is asked 250 times a second. What does that do to the callers of the others? */
import { loadByRate, quantile, type LoadResult } from './load.ts'
import { fault, startGateway, type GatewayOptions, type Program } from './programs.ts'
import { scenarios, type ScenarioName } from './scenarios.ts'

const hungPerSecond = 250
const healthyPerSecond = 50
const seconds = 12
/** Shorter than the API's default so that the hang is over in seconds; the same code measures it. */
const verifyMs = 2_000

export async function measureHang(
  options: GatewayOptions & { readonly controlUrl: string },
  say: (line: string) => void,
): Promise<void> {
  const gateway = await startGateway({ ...options, deadlines: { verifyMs } })
  try {
    say(
      `\none upstream hangs at ${hungPerSecond} requests/s (deadline ${verifyMs} ms), ${healthyPerSecond} healthy requests/s of each other kind`,
    )
    const calm = await healthyLoad(gateway)
    await fault(options.controlUrl, 'population', 'hang')
    const peak = watchInFlight(gateway)
    const [hung, ...during] = await Promise.all([
      loadByRate(gateway, named('verify'), hungPerSecond, seconds),
      ...healthyLoads(gateway),
    ])
    const highest = await peak.stop()
    await fetch(`${options.controlUrl}/_sandbox/faults`, { method: 'DELETE' })
    for (const [at, name] of (['business', 'payment'] as const).entries()) {
      const before = p99(calm[at])
      const now = p99(during[at])
      say(
        `${name.padEnd(10)} p99 before ${before.toFixed(1)} ms, during ${now.toFixed(1)} ms: ${(now / before).toFixed(2)}x (goal ≤ 2), wrong ${during[at]?.wrong ?? 0}`,
      )
    }
    say(`in flight to the hung upstream at most ${highest.inFlight} of ${highest.limit}`)
    const slowest = hung.latencies.at(-1) ?? 0
    say(
      `slowest hung call ${slowest.toFixed(0)} ms: deadline overshoot ${(slowest - verifyMs).toFixed(0)} ms (goal < 100)`,
    )
  } finally {
    await gateway.stop()
  }
}

const named = (name: ScenarioName) => {
  const scenario = scenarios.find((one) => one.name === name)
  if (scenario === undefined) throw new Error(`no scenario ${name}`)
  return scenario
}

const healthyLoads = (gateway: Program): Promise<LoadResult>[] =>
  (['business', 'payment'] as const).map((name) => loadByRate(gateway, named(name), healthyPerSecond, seconds))

async function healthyLoad(gateway: Program): Promise<LoadResult[]> {
  const [, ...results] = await Promise.all([
    loadByRate(gateway, named('verify'), hungPerSecond, seconds),
    ...healthyLoads(gateway),
  ])
  return results
}

const p99 = (result: LoadResult | undefined): number => quantile(result?.latencies ?? [], 0.99)

interface UpstreamsAnswer {
  readonly data: readonly {
    readonly system: string
    readonly classes: readonly { readonly inFlight: number; readonly maxInFlight: number }[]
  }[]
}

function watchInFlight(gateway: Program): { stop(): Promise<{ inFlight: number; limit: number }> } {
  const watch = { isOn: true }
  const watching = (async () => {
    let inFlight = 0
    let limit = 0
    while (watch.isOn) {
      const answer = await fetch(`${gateway.url}/v1/upstreams`, {
        headers: { authorization: `Bearer ${await gateway.token()}` },
      })
      const { data } = (await answer.json()) as UpstreamsAnswer
      for (const one of data.find(({ system }) => system === 'population')?.classes ?? []) {
        inFlight = Math.max(inFlight, one.inFlight)
        limit = Math.max(limit, one.maxInFlight)
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return { inFlight, limit }
  })()
  return {
    stop: () => {
      watch.isOn = false
      return watching
    },
  }
}
