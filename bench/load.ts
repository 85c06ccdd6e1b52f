/** A closed-loop load maker by request count, and an open-loop one by rate. Answers other than the expected status are counted, never hidden. */
import { Pool } from 'undici'
import type { Scenario } from './scenarios.ts'

export interface LoadResult {
  readonly requests: number
  readonly wrong: number
  readonly seconds: number
  /** Milliseconds, sorted. */
  readonly latencies: readonly number[]
}

export interface Target {
  readonly url: string
  token(): Promise<string>
}

export async function loadByCount(
  target: Target,
  scenario: Scenario,
  requests: number,
  concurrency: number,
): Promise<LoadResult> {
  const pool = new Pool(target.url, { connections: concurrency, pipelining: 1 })
  const token = await target.token()
  const latencies: number[] = []
  let wrong = 0
  let started = 0
  const begin = performance.now()
  const worker = async (): Promise<void> => {
    while (started < requests) {
      started += 1
      const since = performance.now()
      if (!(await ask(pool, scenario, token))) wrong += 1
      latencies.push(performance.now() - since)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  const seconds = (performance.now() - begin) / 1000
  await pool.close()
  return { requests, wrong, seconds, latencies: latencies.sort((a, b) => a - b) }
}

/** Sends at a steady rate whatever comes back: what a hung upstream does to its neighbours only shows this way. */
export async function loadByRate(
  target: Target,
  scenario: Scenario,
  perSecond: number,
  seconds: number,
): Promise<LoadResult> {
  const pool = new Pool(target.url, { connections: 4_096, pipelining: 1 })
  const token = await target.token()
  const latencies: number[] = []
  const pending: Promise<void>[] = []
  let wrong = 0
  const total = Math.round(perSecond * seconds)
  const begin = performance.now()
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - begin) / 1000) * perSecond) + 1)
    for (; sent < due; sent += 1) {
      const since = performance.now()
      pending.push(
        ask(pool, scenario, token).then((isRight) => {
          if (!isRight) wrong += 1
          latencies.push(performance.now() - since)
        }),
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await Promise.all(pending)
  const took = (performance.now() - begin) / 1000
  await pool.close()
  return { requests: total, wrong, seconds: took, latencies: latencies.sort((a, b) => a - b) }
}

async function ask(pool: Pool, scenario: Scenario, token: string): Promise<boolean> {
  const body = scenario.body?.()
  const { statusCode, body: answer } = await pool.request({
    method: scenario.method,
    path: scenario.path,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...scenario.headers?.(),
    },
    headersTimeout: 60_000,
    ...(body === undefined ? {} : { body }),
  })
  await answer.dump()
  return statusCode === scenario.status
}

export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

export const median = (values: readonly number[]): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  )
