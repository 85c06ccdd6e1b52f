/** After the storm: everybody gets the time the product promises to need, and nothing is helped along but the portal's clock. */
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { quietPosition } from '#payments/limbo-schedule.ts'
import { withDatabase } from './database-rows.ts'

export interface QuietOptions {
  readonly connectionString: string
  readonly portalJournal: string
  readonly controlUrl: string
  /** A client looks at its payment. */
  readonly look: (paymentId: string) => Promise<void>
  /** Two sweeps, and the looks between them. */
  readonly withinMs: number
}

export interface Quiet {
  readonly tookMs: number
  /** What was still on its way at the end; the checker says whether that is allowed. */
  readonly open: number
}

const hourMs = 3_600_000
/** The portal closes what nobody paid after a day, and its books do not say so: the checker would call it open. */
const maxHours = 20
/** What is due by then is waited for. */
const soonMs = 60_000
const lookEveryMs = 1_000

export async function waitForQuiet(options: QuietOptions): Promise<Quiet> {
  const startedMs = performance.now()
  let hours = 0
  for (;;) {
    // Passing an hour on the portal's clock makes every repetition of a notification due.
    const unheard = await countUnheard(options.portalJournal)
    if (unheard > 0 && hours < maxHours) {
      await advance(options.controlUrl)
      hours += 1
    }
    for (const payment of await unsure(options.connectionString).catch(() => [])) await options.look(payment)
    const open = unheard + (await countOpen(options.connectionString).catch(() => 1))
    const tookMs = performance.now() - startedMs
    if (open === 0 || tookMs > options.withinMs) return { tookMs, open }
    await pause(lookEveryMs)
  }
}

/**
 * Settled at the portal, and the gateway has not acknowledged the news. A failure that was followed by a success may never
 * be told: a portal that dies between the two remembers only how it ended.
 */
async function countUnheard(portalJournal: string): Promise<number> {
  const unheard = new Set<string>()
  for (const line of (await readFile(portalJournal, 'utf8')).split('\n')) {
    if (line === '') continue
    const { effect, reference, resultCode } = JSON.parse(line) as Record<'effect' | 'reference' | 'resultCode', string>
    if (effect === 'paid') {
      unheard.add(reference)
      unheard.delete(`${reference} failed`)
    }
    if (effect === 'failed') unheard.add(`${reference} failed`)
    if (effect === 'acknowledged') unheard.delete(resultCode === '00' ? reference : `${reference} failed`)
  }
  return unheard.size
}

async function advance(controlUrl: string): Promise<void> {
  await fetch(`${controlUrl}/_sandbox/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advanceMs: hourMs }),
  }).catch(() => undefined)
}

/** What the gateway itself looks at again only much later: clients do so sooner. */
const unsure = (connectionString: string): Promise<readonly string[]> =>
  withDatabase(connectionString, async (client) => {
    const { rows } = await client.query<{ payment_id: string }>(
      `select payment_id from gateway.payment_attempts
       where (state in ('in_doubt', 'cancelling') or state = 'awaiting_payer' and checks < $1)
         and due_at_ms >= extract(epoch from now()) * 1000 + $2
       order by due_at_ms limit 20`,
      [quietPosition, soonMs],
    )
    return rows.map(({ payment_id }) => payment_id)
  })

/** Notifications nobody has looked into, attempts whose next look is near, and webhooks about to be sent again. */
const countOpen = (connectionString: string): Promise<number> =>
  withDatabase(connectionString, async (client) => {
    const { rows } = await client.query<{ open: number }>(
      `select ((select count(*) from gateway.portal_notifications where settled_at_ms is null)
         + (select count(*) from gateway.payment_attempts
            where (state in ('submitting', 'in_doubt', 'cancelling') or state = 'awaiting_payer' and checks < $1)
              and due_at_ms < extract(epoch from now()) * 1000 + $2)
         + (select count(*) from gateway.webhook_deliveries
            where state = 'pending' and due_at_ms < extract(epoch from now()) * 1000 + $2))::int as open`,
      [quietPosition, soonMs],
    )
    return rows[0]?.open ?? 0
  })
