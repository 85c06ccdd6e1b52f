import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const visit = async (path: string, init?: RequestInit) => {
  const answer = await fetch(house.url + path, { redirect: 'manual', ...init })
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() }
}

describe('the open doors', () => {
  it('say that the gateway lives and is ready, part by part', async () => {
    expect(JSON.parse((await visit('/livez')).text)).toEqual({ alive: true })
    const { status, text } = await visit('/readyz')
    expect({ status, ...(JSON.parse(text) as object) }).toEqual({
      status: 200,
      ready: true,
      parts: { database: 'ready', jobs: 'ready' },
    })
  })

  it('hold the documentation, which loads nothing from anywhere else', async () => {
    const page = await visit('/docs')
    expect([page.status, page.type]).toEqual([200, expect.stringContaining('text/html')])
    const addresses = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '')
    expect(addresses.length).toBeGreaterThan(0)
    for (const address of addresses.filter((one) => !one.startsWith('#') && !one.startsWith('data:'))) {
      expect(new URL(address, house.url).origin).toBe(house.url)
    }
    for (const asset of addresses.filter((one) => /\.(js|css)$/.test(one))) {
      expect((await visit(new URL(asset, `${house.url}/docs`).pathname)).status, asset).toBe(200)
    }
  })

  it('hold a description in which every operation of the API stands', async () => {
    const { status, text } = await visit('/openapi.json')
    expect(status).toBe(200)
    const { openapi, paths } = JSON.parse(text) as { openapi: string; paths: Record<string, object> }
    expect(openapi).toMatch(/^3\.1\./)
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/v1/identity-verifications',
        '/v1/identity-verifications/{id}',
        '/v1/businesses/{code}',
        '/v1/payments',
        '/v1/payments/{id}',
        '/v1/payments/{id}/events',
        '/v1/upstreams',
        '/notifications/{connection}',
        '/return/{connection}',
        '/oauth2/token',
      ]),
    )
  })

  it('publish who issues tokens, and under which keys', async () => {
    const metadata = JSON.parse((await visit('/.well-known/oauth-authorization-server')).text) as Record<string, string>
    expect(metadata).toMatchObject({ issuer: house.url, token_endpoint: `${house.url}/oauth2/token` })
    for (const path of [new URL(metadata['jwks_uri'] ?? '').pathname, '/.well-known/evidence-keys.json']) {
      const { keys } = JSON.parse((await visit(path)).text) as { keys: Record<string, string>[] }
      expect(keys.length).toBeGreaterThan(0)
      for (const key of keys) expect(key).not.toHaveProperty('d')
    }
  })

  it('do not include the metrics, which are on the operators’ port', async () => {
    expect((await visit('/metrics')).status).toBe(404)
    const { status } = await fetch(`${house.operationsUrl}/metrics`)
    expect(status).toBe(200)
  })
})

describe('every other door', () => {
  it.each(['/', '/v1', '/v1/nothing', '/V1/payments', '/v1/payments/', '/%00'])(
    'is a problem in words, not a stack: %s',
    async (path) => {
      const { status, type, text } = await visit(path)
      expect([status, type]).toEqual([404, expect.stringContaining('application/problem+json')])
      expect(JSON.parse(text)).toMatchObject({ status: 404, code: 'route_not_found' })
    },
  )

  it('that exists refuses a wrong method, and names the right ones', async () => {
    const answer = await fetch(`${house.url}/v1/payments`, { method: 'DELETE' })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST'])
  })

  it.each([undefined, 'Bearer', 'Bearer nonsense', 'Basic eDp5'])(
    'of the API is shut without a token: %s',
    async (header) => {
      const headers = header === undefined ? {} : { authorization: header }
      for (const path of ['/v1/upstreams', '/v1/payments', '/v1/businesses/9900123459']) {
        const { status, text } = await visit(path, { headers })
        expect({ status, ...(JSON.parse(text) as object) }).toMatchObject({ status: 401, code: 'invalid_token' })
      }
    },
  )

  it('of the API shows its upstreams to who may see them', async () => {
    const { status, body } = await house.client.get<{ data: { system: string; breaker: string }[] }>('/v1/upstreams')
    expect(status).toBe(200)
    expect(body.data.map(({ system, breaker }) => [system, breaker])).toEqual([
      ['population', 'closed'],
      ['business_registry', 'closed'],
      ['payment_portal', 'closed'],
      ['payment_portal', 'closed'],
    ])
  })
})
