/**
 * Every pair of states, tried through the API: an attempt is put into each state past every rule, then everything that clients,
 * payers and the portal can do is done to it. Whatever moves must be a row of the table, and every row must be reachable.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { attemptStates, type AttemptState } from '#domain/payment.ts'
import { isLegalMove, transitions } from '#payments/transitions.ts'
import { eventually } from '../support/eventually.ts'
import { aNotification, created, notify, payer, read, type Payment } from '../support/payment-journey.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse()
  // The portal's own notifications would come at moments of their own.
  await house.control.fault({ system: 'payment_portal', operation: 'CONFIRM', fault: 'drop-notification' })
})
afterAll(() => house.close())

type Deed = (payment: Payment) => Promise<void>

const past =
  (column: string): Deed =>
  async ({ attempt }) => {
    await house.rows(`update gateway.payment_attempts set ${column} = $2 where id = $1`, [
      attempt.id,
      Date.now() - 3_600_000,
    ])
  }
const onQuery =
  (fault: string): Deed =>
  async ({ attempt }) =>
    void (await house.control.fault({
      system: 'payment_portal',
      operation: 'QUERY',
      fault,
      match: { reference: attempt.portalReference },
    }))
const portalSays =
  (outcome: 'paid' | 'failed' | 'pending'): Deed =>
  (payment) =>
    payer(house, payment, outcome)

/** The portal is asked, and its answer is written down. */
const confirm: Deed = async (payment) => {
  await notify(house, aNotification(payment, { MaGiaoDich: `GD${randomUUID().slice(0, 8)}` }))
  await eventually(
    () =>
      house.rows(`select 1 from gateway.portal_notifications where reference = $1 and settled_at_ms is not null`, [
        payment.attempt.portalReference,
      ]),
    (rows) => rows.length > 0,
  )
}
const look: Deed = async ({ id }) => void (await read(house, id))
const step =
  (path: string, body: object = {}): Deed =>
  async ({ id }) =>
    void (await house.client.post(`/v1/payments/${id}/${path}`, body, { 'idempotency-key': randomUUID() }))

const deeds: Readonly<Record<string, readonly Deed[]>> = {
  'the portal says paid': [portalSays('paid'), confirm],
  'the portal says paid, of another amount': [portalSays('paid'), onQuery('wrong-amount'), confirm],
  'the portal says failed': [portalSays('failed'), confirm],
  'the portal says failed, after the time to pay': [portalSays('failed'), past('expires_at_ms'), confirm],
  'the portal says pending': [portalSays('pending'), confirm],
  'the portal says pending, after the time to pay': [portalSays('pending'), past('expires_at_ms'), confirm],
  'the portal knows nothing of it, again after the window': [
    onQuery('not-yet-visible'),
    past('not_found_since_ms'),
    confirm,
  ],
  'a client looks': [look],
  'a client looks when it is paid': [portalSays('paid'), look],
  'a client cancels': [step('cancellation')],
  'a client opens another attempt': [step('attempts')],
  'a client wants the money back': [
    step('refunds', { amount: 50_000, reason: 'Nộp thừa', expectedRefundable: 50_000 }),
  ],
}

async function force({ id, attempt }: Payment, state: AttemptState): Promise<void> {
  const shown = state === 'cancelling' ? 'in_doubt' : state
  await house.rows(`do $$ begin
    perform set_config('session_replication_role', 'replica', true);
    update gateway.payment_attempts set state = '${state}' where id = '${attempt.id}';
    update gateway.payments set state = '${shown}' where id = '${id}';
  end $$`)
}

async function movesOf({ id, attempt }: Payment): Promise<readonly string[]> {
  const rows = await house.rows<{ from_state: string; to_state: string }>(
    `select from_state, to_state from gateway.payment_events
     where payment_id = $1 and attempt_id = $2 and sequence > 2 and refund is null order by sequence`,
    [id, attempt.id],
  )
  return rows.map(({ from_state, to_state }) => `${from_state} ${to_state}`)
}

/** What no deed here brings about: INIT's own answer, and a settlement file that takes success back (reconciliation.test.ts). */
const elsewhere = new Set(['submitting awaiting_payer', 'paid mismatch'])

it('moves from every state as the table says, and never otherwise', { timeout: 180_000 }, async () => {
  const seen = new Set<string>()
  for (const state of attemptStates) {
    await Promise.all(
      Object.entries(deeds).map(async ([name, steps]) => {
        const payment = await created(house)
        await force(payment, state)
        for (const deed of steps) await deed(payment)
        for (const move of await movesOf(payment)) {
          const [from, to] = move.split(' ') as [AttemptState, AttemptState]
          expect([state, name, move, isLegalMove(from, to)]).toEqual([state, name, move, true])
          seen.add(move)
        }
      }),
    )
  }
  const missed = transitions
    .map(({ from, to }) => `${from} ${to}`)
    .filter((move) => !seen.has(move) && !elsewhere.has(move))
  expect(missed).toEqual([])
})
