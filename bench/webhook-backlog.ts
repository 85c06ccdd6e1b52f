/**
 * A receiver that was away: so many events wait for it, and are brought when it is back. The events are put into the database as
 * the gateway would have left them; what is measured is how fast they are signed, sent and written down as delivered.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Program } from './programs.ts'
import { countRows, query } from './rows.ts'
import { cpuSeconds } from './usage.ts'

export interface WebhookBacklog {
  readonly startGateway: (allowedOrigin: string) => Promise<Program>
  readonly connectionString: string
  readonly count: number
}

const giveUpAfterMinutes = 30

/** A payment and its three events in `count` parts, each owed to one endpoint. */
const backlog = `
  with numbers as (select n, 'pay_' || lpad(n::text, 26, '0') as payment, 'att_' || lpad(n::text, 26, '0') as attempt
    from generate_series(1, ceil($1 / 3.0)::integer) n),
  paid as (insert into gateway.payments (id, tenant_id, client_id, reference, dossier_code, procedure_code, procedure_name, payer,
      collecting_unit, amount_dong, refunded_dong, state, created_at_ms, sequence)
    select payment, 'lao-cai', 'bench', 'bench:' || n, 'bench-' || n, '2.000635', 'Trích lục', '{"fullName":"Nguyễn Thị Hoà"}',
      'H38.17', 50000, 0, 'paid', $2, 3 from numbers),
  happened as (insert into gateway.payment_events (id, tenant_id, payment_id, sequence, type, attempt_id, from_state, to_state, cause,
      actor, created_at_ms)
    select 'evt_' || lpad((n * 3 + s)::text, 26, '0'), 'lao-cai', payment, s, 'payment.' || (array['submitting', 'awaiting_payer', 'paid'])[s],
      attempt, (array[null, 'submitting', 'awaiting_payer'])[s], (array['submitting', 'awaiting_payer', 'paid'])[s],
      (array['created', 'portal_opened', 'portal_paid'])[s], 'portal', $2
    from numbers cross join generate_series(1, 3) s order by n, s
    returning id, type, payment_id, created_at_ms),
  told as (insert into gateway.events (id, tenant_id, type, subject, created_at_ms)
    select id, 'lao-cai', type, payment_id, created_at_ms from happened order by id returning id, type, subject, position)
  insert into gateway.webhook_deliveries
    (id, tenant_id, endpoint_id, event_id, event_type, subject, position, state, version, tries, due_at_ms, created_at_ms)
  select 'whd_' || substr(id, 5), 'lao-cai', $3, id, type, subject, position, 'pending', 1, 0, $2, $2 from told`

export async function measureWebhooks(
  { startGateway, connectionString, count }: WebhookBacklog,
  say: (line: string) => void,
): Promise<void> {
  const firstSeen = new Map<string, number[]>()
  let received = 0
  const receiver = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      received += 1
      const { sequence, data } = JSON.parse(text) as { sequence: number; data: { id: string } }
      const seen = firstSeen.get(data.id)
      if (seen === undefined) firstSeen.set(data.id, [sequence])
      else if (!seen.includes(sequence)) seen.push(sequence)
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  try {
    const endpoint = 'whe_00000000000000000000BENCH1'
    const before = await startGateway(origin)
    await before.stop()
    await query(
      connectionString,
      `insert into gateway.webhook_endpoints (id, tenant_id, url, event_types, scheme, secret_epoch, secret_version, state, version,
         failures, created_at_ms) values ($1, 'lao-cai', $2, '{}', 'ed25519', 1, 1, 'enabled', 1, 0, $3)`,
      [endpoint, `${origin}/hook`, Date.now()],
    )
    await query(connectionString, backlog, [count, Date.now(), endpoint])
    const waiting = () => countRows(connectionString, 'webhook_deliveries', `state = 'pending'`)
    const total = await waiting()
    say(`${total} events wait for one receiver`)
    const gateway = await startGateway(origin)
    const beganMs = performance.now()
    let left = total
    let told = 0
    while (left > 0 && performance.now() - beganMs < giveUpAfterMinutes * 60_000) {
      await new Promise((resolve) => setTimeout(resolve, 500))
      left = await waiting()
      const seconds = (performance.now() - beganMs) / 1_000
      if (seconds - told >= 30) {
        told = seconds
        say(`after ${seconds.toFixed(0)} s   ${total - left} delivered   ${((total - left) / seconds).toFixed(0)}/s`)
      }
    }
    const seconds = (performance.now() - beganMs) / 1_000
    const micros = (cpuSeconds(gateway.pid) / total) * 1e6
    await gateway.stop()
    const outOfOrder = [...firstSeen.values()].filter((seen) => seen.join() !== '1,2,3').length
    say(
      `webhooks: waiting=${total} delivered=${total - left} received=${received} minutes=${(seconds / 60).toFixed(2)} ` +
        `rate=${((total - left) / seconds).toFixed(0)}/s out_of_order=${outOfOrder} gateway_cpu=${micros.toFixed(0)}µs ` +
        `(goal: 100000 within 15 minutes)`,
    )
  } finally {
    receiver.closeAllConnections()
    receiver.close()
  }
}
