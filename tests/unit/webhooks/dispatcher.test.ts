import { describe, expect, it } from 'vitest'
import type { WebhookAnswer } from '#domain/ports/webhook-sender.ts'
import type { WebhookDeliveryStore } from '#domain/ports/webhook-stores.ts'
import { CommitConflict, type CommitUnit, type Write } from '#domain/ports/unit-of-work.ts'
import type { ClaimedDelivery, WebhookEndpoint } from '#domain/webhook.ts'
import { createDispatcher } from '#webhooks/dispatcher.ts'
import { serveEndpoint } from '#webhooks/serve-endpoint.ts'
import { aWebhookEndpoint, someWebhookKeys } from '../../support/a-webhook-endpoint.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { sequentialIds } from '../../support/sequential-ids.ts'
import { silentLog } from '../../support/silent-log.ts'

const { keys } = someWebhookKeys()

function aDelivery(endpointId: string, number: number): ClaimedDelivery {
  const id = `whd_${endpointId.slice(-1)}${number}`
  return {
    delivery: {
      id,
      tenant: 'lao-cai',
      endpointId,
      eventId: `evt_${number}`,
      eventType: 'payment.paid',
      subject: `pay_${number}`,
      state: 'pending',
      version: 2,
      tries: 0,
      createdAtMs: 0,
    },
    told: {
      kind: 'case',
      id: `evt_${number}`,
      opened: { id: 'cas_1', tenant: 'lao-cai', kind: 'double_charge', state: 'open', details: {}, openedAtMs: 0 },
    },
  }
}

/** Queues by endpoint; a receiver answers as the test says, or hangs until the test lets go. */
function aHouse(queues: Record<string, number>, answer: (url: string) => Promise<WebhookAnswer> | WebhookAnswer) {
  const clock = manualClock()
  const endpoints = new Map<string, WebhookEndpoint>(
    Object.keys(queues).map((id) => [id, aWebhookEndpoint({ id, url: `https://${id}.vn/` })]),
  )
  const waiting = new Map(
    Object.entries(queues).map(([id, count]) => [id, Array.from({ length: count }, (_, at) => aDelivery(id, at + 1))]),
  )
  const sent: string[] = []
  const writes: Write[] = []
  const deliveries = {
    owed: async () =>
      [...endpoints.values()]
        .filter(({ id, state }) => state === 'enabled' && (waiting.get(id)?.length ?? 0) > 0)
        .map((endpoint) => ({ endpoint, dueAtMs: clock.nowMs() })),
    claim: async ({ endpointId, limit }) => waiting.get(endpointId)?.splice(0, limit) ?? [],
  } satisfies Partial<WebhookDeliveryStore> as unknown as WebhookDeliveryStore
  const dispatcher = createDispatcher({
    deliveries,
    sender: {
      send: async ({ url }) => {
        sent.push(url)
        return answer(url)
      },
    },
    unitOfWork: {
      commit: async (unit: CommitUnit) => void writes.push(...unit.writes),
    },
    keys,
    present: ({ kind }) => ({ id: 'evt_1', type: kind, createdAt: '', sequence: 1, data: {}, livemode: false }),
    livemode: () => false,
    clock,
    ids: sequentialIds(),
    log: silentLog,
  })
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  /** Wakes it and lets it come as far as it does. */
  const run = async () => {
    dispatcher.wake()
    clock.advance(0)
    await turns(300)
  }
  const add = (id: string, count: number) =>
    waiting.get(id)?.push(...Array.from({ length: count }, (_, at) => aDelivery(id, 1_000 + at)))
  const outcomes = () => writes.flatMap((write) => (write.kind === 'webhook_try' ? [write.outcome] : []))
  return { clock, dispatcher, run, turns, add, sent, writes, outcomes }
}

const ok: WebhookAnswer = { kind: 'answered', status: 204 }

describe('the dispatcher', () => {
  it('brings an endpoint everything it is owed', async () => {
    const { run, outcomes } = aHouse({ a: 40 }, () => ok)
    await run()
    expect(outcomes()).toHaveLength(40)
    expect(outcomes().every(({ next }) => next === 'delivered')).toBe(true)
  })

  it('lets no slow receiver delay another', async () => {
    let letGo = () => {}
    const hung = new Promise<WebhookAnswer>((resolve) => (letGo = () => resolve(ok)))
    const { dispatcher, run, sent, outcomes } = aHouse({ slow: 100, quick: 100 }, (url) =>
      url.includes('slow') ? hung : ok,
    )
    await run()
    expect(outcomes()).toHaveLength(100)
    expect(sent.filter((url) => url.includes('slow'))).toHaveLength(16)
    const stopped = dispatcher.stop()
    letGo()
    await stopped
    expect(outcomes()).toHaveLength(116)
  })

  it('lets no delivery that takes long hold up the others of its receiver', async () => {
    let letGo = () => {}
    const hung = new Promise<WebhookAnswer>((resolve) => (letGo = () => resolve(ok)))
    let asked = 0
    const { clock, dispatcher, run, turns, add, outcomes } = aHouse({ a: 100 }, () => (++asked % 20 === 0 ? hung : ok))
    await run()
    expect(outcomes()).toHaveLength(95)
    add('a', 3)
    clock.advance(1_000)
    await turns(20)
    expect(outcomes()).toHaveLength(98)
    letGo()
    await dispatcher.stop()
    expect(outcomes()).toHaveLength(103)
  })

  it('leaves a receiver that is down alone after its first failures', async () => {
    const { run, sent, writes, outcomes } = aHouse({ a: 100 }, () => ({ kind: 'unknown', reason: 'timeout' }))
    await run()
    expect(sent).toHaveLength(16)
    expect(outcomes().every(({ next }) => typeof next === 'object')).toBe(true)
    const [health] = writes.flatMap((write) => (write.kind === 'webhook_health' ? [write.health] : []))
    expect(health).toMatchObject({ failures: 5, restsUntilMs: expect.any(Number) })
  })

  it('disables the endpoint of a receiver that is gone', async () => {
    const { run, sent, writes } = aHouse({ a: 100 }, () => ({ kind: 'answered', status: 410 }))
    await run()
    expect(sent).toHaveLength(16)
    expect(writes.filter(({ kind }) => kind === 'webhook_endpoint_gone')).toEqual([
      { kind: 'webhook_endpoint_gone', endpointId: 'a' },
    ])
  })

  it('looks once for a hundred calls that come together, and again by itself', async () => {
    const { clock, dispatcher, turns, sent } = aHouse({ a: 1 }, () => ok)
    for (let count = 0; count < 100; count += 1) dispatcher.wake()
    expect(clock.pending).toBe(1)
    clock.advance(0)
    await turns(20)
    expect(sent).toHaveLength(1)
    expect(clock.pending).toBe(1)
    await dispatcher.stop()
    expect(clock.pending).toBe(0)
  })

  it.each([
    ['changes nothing where somebody else has gone on', new CommitConflict('stale'), undefined],
    ['gives up where the store is away', new Error('no store'), 'no store'],
  ])('%s', async (_, trouble, message) => {
    const { clock } = aHouse({}, () => ok)
    const claims = [[aDelivery('a', 1), aDelivery('a', 2)]]
    const serving = serveEndpoint(
      {
        deliveries: { claim: async () => claims.pop() ?? [] } as unknown as WebhookDeliveryStore,
        sender: { send: async () => ok },
        unitOfWork: { commit: () => Promise.reject(trouble) },
        keys,
        present: () => ({ id: 'evt_1', type: 'x', createdAt: '', sequence: 1, data: {}, livemode: false }),
        livemode: () => false,
        clock,
        ids: sequentialIds(),
        log: silentLog,
      },
      aWebhookEndpoint(),
    )
    await (message === undefined ? expect(serving).resolves.toBeUndefined() : expect(serving).rejects.toThrow(message))
  })
})
