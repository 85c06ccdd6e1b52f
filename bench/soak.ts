/** Steady mixed load for minutes, one line of memory every half minute: a leak shows as a slope. */
import { loadByRate, quantile } from './load.ts'
import type { Program } from './programs.ts'
import { scenarios } from './scenarios.ts'
import { residentMiB } from './usage.ts'

const perSecondEach = 60

export async function soak(gateway: Program, minutes: number, say: (line: string) => void): Promise<void> {
  const samples: { readonly minute: number; readonly mib: number }[] = []
  say(`${minutes} minutes at ${perSecondEach} requests/s of each kind`)
  for (let slice = 0; slice < minutes * 2; slice += 1) {
    const results = await Promise.all(scenarios.map((scenario) => loadByRate(gateway, scenario, perSecondEach, 30)))
    const mib = residentMiB(gateway.pid)
    samples.push({ minute: (slice + 1) / 2, mib })
    const p99s = results.map(({ latencies }) => quantile(latencies, 0.99).toFixed(1)).join(' / ')
    const wrong = results.reduce((sum, one) => sum + one.wrong, 0)
    say(`minute ${((slice + 1) / 2).toFixed(1).padStart(5)}   RSS ${mib} MiB   p99 ${p99s} ms   wrong ${wrong}`)
  }
  // The first fifth is warm-up: caches fill and the heap finds its size.
  say(
    `slope after warm-up: ${(slope(samples.slice(Math.ceil(samples.length / 5))) * 10).toFixed(2)} MiB per 10 minutes`,
  )
}

/** Least squares, MiB per minute. */
function slope(samples: readonly { readonly minute: number; readonly mib: number }[]): number {
  const count = samples.length
  const meanX = samples.reduce((sum, { minute }) => sum + minute, 0) / count
  const meanY = samples.reduce((sum, { mib }) => sum + mib, 0) / count
  const top = samples.reduce((sum, { minute, mib }) => sum + (minute - meanX) * (mib - meanY), 0)
  const bottom = samples.reduce((sum, { minute }) => sum + (minute - meanX) ** 2, 0)
  return bottom === 0 ? 0 : top / bottom
}
