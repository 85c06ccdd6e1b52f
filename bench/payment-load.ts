/** Payments at a steady rate for minutes, each durable before it is answered; at the end the rows are counted. */
import { loadByRate, quantile } from './load.ts'
import type { Program } from './programs.ts'
import { countRows } from './rows.ts'
import { scenarios } from './scenarios.ts'
import { cpuSeconds } from './usage.ts'

export interface PaymentLoad {
  readonly gateway: Program
  readonly connectionString: string
  readonly perSecond: number
  readonly minutes: number
}

/** Short enough that a token outlives it. */
const sliceSeconds = 30

export async function measurePayments(
  { gateway, connectionString, perSecond, minutes }: PaymentLoad,
  say: (line: string) => void,
): Promise<void> {
  const [payment] = scenarios.filter(({ name }) => name === 'payment')
  if (payment === undefined) throw new Error('there is no scenario for payments')
  const before = await countRows(connectionString, 'payments')
  say(
    `${perSecond} payments/s for ${minutes} minutes; load maker, simulators, PostgreSQL and gateway share this machine`,
  )
  let asked = 0
  let wrong = 0
  let seconds = 0
  const latencies: number[] = []
  for (let slice = 0; slice < minutes * 2; slice += 1) {
    const cpuBefore = cpuSeconds(gateway.pid)
    const result = await loadByRate(gateway, payment, perSecond, sliceSeconds)
    asked += result.requests
    wrong += result.wrong
    seconds += result.seconds
    latencies.push(...result.latencies)
    const micros = ((cpuSeconds(gateway.pid) - cpuBefore) / result.requests) * 1e6
    say(
      `minute ${((slice + 1) / 2).toFixed(1).padStart(5)}   ${(result.requests / result.seconds).toFixed(0)}/s   ` +
        `p50 ${quantile(result.latencies, 0.5).toFixed(1)} ms   p99 ${quantile(result.latencies, 0.99).toFixed(1)} ms   ` +
        `gateway CPU ${micros.toFixed(0)} µs each   wrong ${result.wrong}`,
    )
  }
  const stored = (await countRows(connectionString, 'payments')) - before
  latencies.sort((a, b) => a - b)
  say(
    `payments: asked=${asked} answered_201=${asked - wrong} stored=${stored} rate=${(asked / seconds).toFixed(0)}/s ` +
      `p50=${quantile(latencies, 0.5).toFixed(1)}ms p99=${quantile(latencies, 0.99).toFixed(1)}ms (goal: 200/s for 10 min, none wrong, none missing)`,
  )
}
