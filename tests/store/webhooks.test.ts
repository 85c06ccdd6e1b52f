/** Events, what endpoints are owed of them, and the feed: facts of the database, two processes and a restore included. */
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createCaseOpener } from '#reconciliation/case-opener.ts'
import { CommitConflict, type Write } from '#domain/ports/unit-of-work.ts'
import type { ToldEvent, WebhookEndpoint } from '#domain/webhook.ts'
import type { Database } from '#store/database.ts'
import { createEventFeed } from '#store/event-feed.ts'
import { migrate } from '#store/migrate.ts'
import { createUnitOfWork } from '#store/unit-of-work.ts'
import { createWebhookDeliveryStore } from '#store/webhook-delivery-store.ts'
import { createWebhookEndpointStore } from '#store/webhook-endpoint-store.ts'
import { systemClock } from '#main/clock.ts'
import { aWebhookEndpoint } from '../support/a-webhook-endpoint.ts'
import { aMoment, anId, aPayment, aUnit, create, move, tenant } from '../support/commit-units.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { silentLog } from '../support/silent-log.ts'

let test: TestDatabase
let database: Database
let owner: Client
let unitOfWork: ReturnType<typeof createUnitOfWork>

beforeAll(async () => {
  test = await createTestDatabase()
  database = await test.open()
  unitOfWork = createUnitOfWork({ database, clock: systemClock, log: silentLog })
  owner = new Client({ connectionString: test.connectionString })
  await owner.connect()
})
afterAll(async () => {
  await unitOfWork.close()
  await owner.end()
  await test.drop()
})
beforeEach(() =>
  owner.query(
    `update gateway.webhook_endpoints set state = 'disabled', disabled_by = 'client' where state = 'enabled'`,
  ),
)

const commit = (...writes: readonly Write[]) => unitOfWork.commit(aUnit(writes))

async function anEndpoint(parts: Partial<WebhookEndpoint> = {}): Promise<WebhookEndpoint> {
  const endpoint = aWebhookEndpoint({ id: anId('whe'), ...parts })
  await unitOfWork.commit({ ...aUnit([{ kind: 'webhook_endpoint', row: endpoint }]), tenant: endpoint.tenant })
  return endpoint
}

const rows = async (text: string, ...values: readonly unknown[]) =>
  (await owner.query<Record<string, unknown>>(text, [...values])).rows
const owedTo = ({ id }: WebhookEndpoint) =>
  rows('select * from gateway.webhook_deliveries where endpoint_id = $1 order by position', id)
const claim = ({ id }: WebhookEndpoint, limit = 10, nowMs = aMoment + 1_000) =>
  createWebhookDeliveryStore(database).claim({ endpointId: id, nowMs, untilMs: nowMs + 60_000, limit })
const idOf = (told: ToldEvent) => (told.kind === 'payment' ? told.event.id : told.id)

describe('an event', () => {
  it('is owed to every enabled endpoint that wants it, by the statement that writes it', async () => {
    const all = await anEndpoint()
    const some = await anEndpoint({ eventTypes: ['payment.awaiting_payer'] })
    const none = await anEndpoint({ state: 'disabled', disabledBy: 'client' })
    const foreign = await anEndpoint({ tenant: 'ha-giang' })
    const payment = aPayment()
    await commit(create(payment))
    await commit(move(payment, 'awaiting_payer'))
    expect((await owedTo(all)).map((row) => [row['event_type'], row['subject'], row['state']])).toEqual([
      ['payment.submitting', payment.id, 'pending'],
      ['payment.awaiting_payer', payment.id, 'pending'],
    ])
    expect(await owedTo(some)).toHaveLength(1)
    expect([await owedTo(none), await owedTo(foreign)]).toEqual([[], []])
  })

  it('that was refused is owed to nobody', async () => {
    const endpoint = await anEndpoint()
    const payment = aPayment()
    await commit(create(payment))
    const before = await owedTo(endpoint)
    await expect(
      commit(move(payment, 'awaiting_payer', { expected: { state: 'submitting', version: 9 } })),
    ).rejects.toThrow(CommitConflict)
    expect(await owedTo(endpoint)).toEqual(before)
    expect(await rows('select id from gateway.events where subject = $1', payment.id)).toHaveLength(1)
  })

  it('of a case is told once, however often the case is found', async () => {
    const endpoint = await anEndpoint()
    const opener = createCaseOpener({ clock: systemClock })
    const found = { tenant, kind: 'double_charge', details: { attempt: anId('att') } } as const
    await commit(...opener.open(found))
    await commit(...opener.open(found))
    const owed = await owedTo(endpoint)
    expect(owed.map((row) => row['event_type'])).toEqual(['case.opened'])
    const [claimed] = await claim(endpoint, 1, systemClock.nowMs())
    expect(claimed?.told).toMatchObject({ kind: 'case', opened: { kind: 'double_charge', state: 'open' } })
  })

  it('and a delivery are written for good', async () => {
    const endpoint = await anEndpoint()
    await commit(create(aPayment()))
    const [{ id, event_id: eventId } = {}] = await owedTo(endpoint)
    const refused = { code: 'GW003' }
    await expect(rows(`update gateway.events set type = 'x' where id = $1`, eventId)).rejects.toMatchObject(refused)
    await expect(rows('delete from gateway.events where id = $1', eventId)).rejects.toMatchObject(refused)
    await expect(
      rows(`update gateway.webhook_deliveries set subject = 'x', version = version + 1 where id = $1`, id),
    ).rejects.toMatchObject(refused)
    await expect(rows(`update gateway.webhook_deliveries set tries = 9 where id = $1`, id)).rejects.toMatchObject(
      refused,
    )
  })
})

describe('a claim', () => {
  it('is one process’s alone, and comes back when its time is over', async () => {
    const endpoint = await anEndpoint()
    for (let count = 0; count < 8; count += 1) await commit(create(aPayment()))
    const both = await Promise.all([claim(endpoint, 5), claim(endpoint, 5)])
    const ids = both.flat().map(({ delivery }) => delivery.id)
    expect(ids).toHaveLength(8)
    expect(new Set(ids).size).toBe(8)
    expect(await claim(endpoint)).toEqual([])
    expect(await claim(endpoint, 10, aMoment + 120_000)).toHaveLength(8)
  })

  it('takes the events of one payment in their order, each after the first try of the one before', async () => {
    const endpoint = await anEndpoint()
    const payment = aPayment()
    await commit(create(payment))
    await commit(move(payment, 'awaiting_payer'))
    const [first, ...others] = await claim(endpoint)
    expect([first?.delivery.eventType, others]).toEqual(['payment.submitting', []])
    expect(await claim(endpoint)).toEqual([])
    await commit(aTry(first?.delivery.id ?? '', 2, { dueAtMs: aMoment + 999_000 }, 'refused'))
    const [second] = await claim(endpoint)
    expect(second?.delivery.eventType).toBe('payment.awaiting_payer')
  })

  it('of somebody who was paused ends as what a successor wrote', async () => {
    const endpoint = await anEndpoint()
    await commit(create(aPayment()))
    const [paused] = await claim(endpoint)
    const [successor] = await claim(endpoint, 1, aMoment + 120_000)
    const id = paused?.delivery.id ?? ''
    expect(successor?.delivery.version).toBe(3)
    await commit(aTry(id, 3, 'delivered'))
    await expect(commit(aTry(id, 2, 'dead', 'timeout'))).rejects.toMatchObject({ conflict: 'stale' })
    expect((await owedTo(endpoint))[0]).toMatchObject({ state: 'delivered', tries: 1 })
    expect(await createWebhookDeliveryStore(database).tries(tenant, id)).toHaveLength(1)
  })

  it('says who is owed something, and not before a resting receiver has rested', async () => {
    const endpoint = await anEndpoint({ health: { failures: 5, restsUntilMs: aMoment + 77_000 } })
    await commit(create(aPayment()))
    const owed = await createWebhookDeliveryStore(database).owed(10)
    expect(owed).toMatchObject([{ endpoint: { id: endpoint.id }, dueAtMs: aMoment + 77_000 }])
    await commit({ kind: 'webhook_endpoint_gone', endpointId: endpoint.id })
    expect(await createWebhookDeliveryStore(database).owed(10)).toEqual([])
    expect(await createWebhookEndpointStore(database).find(tenant, endpoint.id)).toMatchObject({
      state: 'disabled',
      disabledBy: 'gone',
    })
  })
})

const aTry = (
  deliveryId: string,
  expectedVersion: number,
  next: Extract<Write, { kind: 'webhook_try' }>['outcome']['next'],
  failure?: 'refused' | 'timeout',
): Write => ({
  kind: 'webhook_try',
  outcome: {
    deliveryId,
    expectedVersion,
    next,
    made: { number: 1, atMs: aMoment, durationMs: 3, ...(failure && { failure }) },
  },
})

describe('the feed', () => {
  const feed = () => createEventFeed(database)
  const everything = async (after?: string) => {
    const seen: string[] = []
    for (let place = after; ;) {
      const { items, hasMore, next } = await feed().page(tenant, 100, place)
      seen.push(...items.map(idOf))
      place = next
      if (!hasMore) return { seen, next }
    }
  }

  it('shows nothing that an unfinished transaction could still come before', async () => {
    const { next: start } = await everything()
    const other = new Client({ connectionString: test.connectionString })
    await other.connect()
    const late = anId('evt')
    try {
      await other.query('begin')
      await other.query(
        `insert into gateway.events (id, tenant_id, type, subject, created_at_ms) values ($1, $2, 'payment.paid', $3, 1)`,
        [late, 'ha-giang', anId('pay')],
      )
      const payment = aPayment()
      await commit(create(payment))
      // It is there, and is not shown: what the open transaction holds has an earlier place.
      expect((await everything(start)).seen).toEqual([])
      await other.query('commit')
      expect((await everything(start)).seen).toHaveLength(1)
    } finally {
      await other.end()
    }
  })

  it('is read page by page without a gap and without a repetition, while two writers go on', async () => {
    const { next: start } = await everything()
    const second = createUnitOfWork({ database, clock: systemClock, log: silentLog })
    const over = new AbortController()
    const written: string[] = []
    const write = async (one: typeof second) => {
      for (let count = 0; count < 60; count += 1) {
        const made = create(aPayment())
        await one.commit(aUnit([made]))
        if (made.kind === 'payment') written.push(made.event.id)
      }
    }
    const seen: string[] = []
    let place = start
    const read = async () => {
      while (!over.signal.aborted) {
        const page = await feed().page(tenant, 7, place)
        seen.push(...page.items.map(idOf))
        place = page.next
      }
    }
    const reading = read()
    await Promise.all([write(unitOfWork), write(second)])
    over.abort()
    await reading
    seen.push(...(await everything(place)).seen)
    await second.close()
    expect(seen.toSorted()).toEqual(written.toSorted())
  })

  it('goes on behind what it has shown after a restore from a dump, where transaction ids begin anew', async () => {
    // As the rows of a dump arrive in a younger server: their transactions lie in its future.
    await owner.query(
      `insert into gateway.events (id, tenant_id, transaction, type, subject, created_at_ms)
       values ($1, $2, '99999999999', 'case.opened', $3, 1)`,
      [anId('evt'), 'ha-giang', anId('cas')],
    )
    await migrate({ connectionString: test.connectionString })
    await migrate({ connectionString: test.connectionString })
    expect(await rows('select max(epoch) as epoch from gateway.event_epochs')).toEqual([{ epoch: 2 }])
    const { next: start } = await everything()
    const made = create(aPayment())
    await commit(made)
    expect((await everything(start)).seen).toEqual([made.kind === 'payment' ? made.event.id : ''])
  })

  it('shows a tenant its own events only, and refuses a marker it never gave', async () => {
    const { items } = await feed().page('nobody', 10)
    expect(items).toEqual([])
    await expect(feed().page(tenant, 10, 'bm90IG91cnM')).rejects.toMatchObject({ code: 'invalid_request' })
  })
})
