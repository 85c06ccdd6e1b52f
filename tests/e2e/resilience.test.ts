import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aVerification } from '../support/api-bodies.ts'
import { eventually } from '../support/eventually.ts'
import { created } from '../support/payment-journey.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

const verifyMs = 600

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse({ deadlines: { verifyMs } })
})
afterAll(() => house.close())

interface Timed {
  readonly ms: number
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

async function timed(call: () => Promise<Omit<Timed, 'ms'>>): Promise<Timed> {
  const sinceMs = performance.now()
  const { status, headers, body } = await call()
  return { ms: performance.now() - sinceMs, status, headers, body }
}

const verify = () => timed(() => house.client.post('/v1/identity-verifications', aVerification()))
const find = () => timed(() => house.client.get('/v1/businesses/9900123459'))

async function upstream(system: string) {
  const { body } = await house.client.get<{ data: Record<string, unknown>[] }>('/v1/upstreams')
  return body.data.find((one) => one['system'] === system) ?? {}
}

const slowest = (answers: readonly Timed[]): number => Math.max(...answers.map(({ ms }) => ms))

describe('a population database that hangs', () => {
  it('is told of within the deadline with an unknown fate, slows nobody else, is left alone, and is taken back', async () => {
    const before = await Promise.all([verify(), find(), find(), find()])
    expect(before.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    await house.control.fault({ system: 'population', fault: 'hang' })

    const hung = Array.from({ length: 12 }, verify)
    const healthy: Timed[] = []
    for (let round = 0; round < 5; round += 1) {
      healthy.push(await find())
      expect((await created(house)).state).toBe('awaiting_payer')
    }
    expect(healthy.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    // Far below the deadline of those that hang, however busy the machine is.
    expect(slowest(healthy)).toBeLessThan(verifyMs)

    for (const { status, body, ms } of await Promise.all(hung)) {
      expect({ status, ...body }).toMatchObject({
        status: 504,
        code: 'upstream_timeout',
        fate: 'unknown',
        origin: 'population',
      })
      expect(ms).toBeLessThan(verifyMs + 1_000)
    }

    const refused = await verify()
    expect({ status: refused.status, ...refused.body }).toMatchObject({
      status: 503,
      code: 'upstream_circuit_open',
      fate: 'not_sent',
    })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.ms).toBeLessThan(verifyMs)
    expect(await upstream('population')).toMatchObject({ breaker: 'open', inFlight: 0 })
    expect(await upstream('business_registry')).toMatchObject({ breaker: 'closed', errorShare: 0 })
    expect(await upstream('payment_portal')).toMatchObject({ breaker: 'closed', errorShare: 0 })
    expect((await find()).status).toBe(200)

    await house.control.remove('/faults')
    const healed = await eventually(verify, ({ status }) => status === 200, { everyMs: 250 })
    expect(healed.body['outcome']).toBe('match')
    expect(await upstream('population')).toMatchObject({ breaker: 'closed' })
  })

  it('was never asked while it was left alone, and each look-up is on record all the same', async () => {
    const { body } = await house.control.get('/exchanges')
    const asked = (body['data'] as { system: string }[]).filter(({ system }) => system === 'population')
    const [{ count } = { count: '' }] = await house.rows<{ count: string }>(
      `select count(*) from gateway.audit_entries where action = 'verifyIdentity'`,
    )
    expect(Number(count)).toBeGreaterThan(asked.length)
    const [refusal] = await house.rows(
      `select 1 from gateway.audit_entries where leaf like '%"result_code":"upstream_circuit_open"%'`,
    )
    expect(refusal).toBeDefined()
  })
})

describe('a portal that is gone', () => {
  it('costs nobody a verification, and takes payments later', async () => {
    await house.control.fault({ system: 'payment_portal', fault: 'refuse' })
    const payment = await created(house)
    expect(payment.state).toBe('submitting')
    expect((await verify()).status).toBe(200)
    expect((await find()).status).toBe(200)
    await house.control.remove('/faults')
    expect((await created(house)).state).toBe('awaiting_payer')
  })
})
