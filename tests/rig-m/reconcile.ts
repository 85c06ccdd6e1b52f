/**
 * After the storm a clerk compares the day with the portal's file, twice: what the first comparison heals, the second must find
 * healed. The checker judges what is written down here.
 */
import { appendFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

export interface ClerkOptions {
  readonly gatewayUrl: string
  readonly token: (isFresh: boolean) => Promise<string>
  /** `YYYY-MM-DD` in Vietnam: the days the storm touched. */
  readonly dates: ReadonlySet<string>
  readonly file: string
  readonly withinMs: number
}

interface ReconciliationView {
  readonly id: string
  readonly state: string
  readonly healed: number
  readonly unasked: number
  readonly cases: number
}

const cycles = 2
const connection = 'payment-portal'

/** Writes one line for each comparison. Rejects when one comes to no end. */
export async function compareTwice({ gatewayUrl, token, dates, file, withinMs }: ClerkOptions): Promise<void> {
  const ask = async (path: string, body?: object): Promise<ReconciliationView> => {
    const response = await fetch(`${gatewayUrl}/v1/reconciliations${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${await token(false)}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    })
    if (!response.ok) throw new Error(`a comparison was answered ${response.status}`)
    return (await response.json()) as ReconciliationView
  }
  const compared = async (date: string): Promise<ReconciliationView> => {
    const { id } = await ask('', { connection, date })
    for (const until = performance.now() + withinMs; performance.now() < until; await pause(200)) {
      const run = await ask(`/${id}`)
      if (run.state !== 'running') return run
    }
    throw new Error(`the comparison of ${date} came to no end`)
  }
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    for (const date of dates) {
      const { state, healed, unasked, cases } = await compared(date)
      appendFileSync(file, `${JSON.stringify({ cycle, date, state, healed, unasked, cases })}\n`)
    }
  }
}
