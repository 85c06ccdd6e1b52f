import { afterEach, describe, expect, it } from 'vitest'
import { GatewayError } from '#domain/errors.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { routes } from '#http/routes/index.ts'
import { aVerification } from '../support/api-bodies.ts'
import { jsonPost, startGatewayApp, type GatewayApp } from '../support/gateway-app.ts'
import { manualClock } from '../support/manual-clock.ts'

let app: GatewayApp
afterEach(() => app.close())

const concrete = (path: string) =>
  path.replace('{id}', 'pay_00000000000000000000000001').replace('{code}', '9900123459')
const guarded = routes.filter((route) => route.kind === 'api')

it('asks for a token on every operation of the API, before it reads the body', async () => {
  app = await startGatewayApp()
  for (const { method, path } of guarded) {
    const answer = await app.fetch(concrete(path), { method, ...(method === 'POST' ? { body: 'not json' } : {}) })
    expect([path, answer.status]).toEqual([path, 401])
    expect(answer.headers.get('www-authenticate')).toContain('Bearer')
    expect(await answer.json()).toMatchObject({ code: 'invalid_token', origin: 'client' })
  }
})

it('refuses a token without the scope of the operation and names the scope', async () => {
  app = await startGatewayApp()
  for (const route of guarded) {
    const other = route.scope === 'case:manage' ? 'audit:read' : 'case:manage'
    const answer = await app.fetch(concrete(route.path), {
      method: route.method,
      headers: { Authorization: `Bearer ${other}` },
      ...(route.method === 'POST' ? { body: 'not json' } : {}),
    })
    expect([route.path, answer.status]).toEqual([route.path, 403])
    expect(answer.headers.get('www-authenticate')).toContain(`scope="${route.scope}"`)
    expect(await answer.json()).toMatchObject({ code: 'insufficient_scope', scope: route.scope })
  }
})

it('never takes a token from the query', async () => {
  app = await startGatewayApp()
  expect((await app.fetch('/v1/upstreams?access_token=all')).status).toBe(401)
})

describe('the quota of a client', () => {
  const rateLimit = { requests: 2, windowSeconds: 60 }
  const ask = (client: string) =>
    app.fetch('/v1/upstreams', { headers: { Authorization: `Bearer lao-cai/${client}/operations:read` } })

  it('refuses the request beyond it until the window ends, and other clients not at all', async () => {
    const clock = manualClock()
    app = await startGatewayApp({ clock, rateLimit })
    const first = await ask('one')
    expect(first.headers.get('ratelimit-policy')).toBe('"client";q=2;w=60')
    expect(first.headers.get('ratelimit')).toBe('"client";r=1;t=60')
    await ask('one')
    clock.advance(20_000)
    const refused = await ask('one')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('40')
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', retry: 'after', retryAfterSeconds: 40 })
    expect((await ask('two')).status).toBe(200)
    clock.advance(40_000)
    expect((await ask('one')).status).toBe(200)
  })
})

describe('what a use case is told about the request', () => {
  it('is who asks, the continued trace, the language, and when the client goes away', async () => {
    const seen: RequestContext[] = []
    app = await startGatewayApp({
      verifyIdentity: async (_input, request) => {
        seen.push(request)
        throw new GatewayError('internal_error', 'enough')
      },
    })
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const answer = await app.fetch(
      '/v1/identity-verifications',
      jsonPost(aVerification(), { traceparent: `00-${traceId}-b7ad6b7169203331-01`, 'Accept-Language': 'en' }),
    )
    expect(seen).toMatchObject([
      { traceId, language: 'en', principal: { tenant: 'lao-cai', clientId: 'demo-one-stop' } },
    ])
    expect(answer.headers.get('x-request-id')).toBe(seen[0]?.requestId)
    expect(answer.headers.get('traceparent')).toBe(seen[0]?.traceparent)
    expect(seen[0]?.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`))
    expect(seen[0]?.traceparent).not.toContain('b7ad6b7169203331')
  })

  it('aborts its signal when the client hangs up', async () => {
    const { promise: aborted, resolve } = Promise.withResolvers<string>()
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    app = await startGatewayApp({
      verifyIdentity: (_input, { signal }) => {
        signal.addEventListener('abort', () => resolve('aborted'))
        begin()
        return new Promise(() => {})
      },
    })
    const hangUp = new AbortController()
    const call = app.fetch('/v1/identity-verifications', { ...jsonPost(aVerification()), signal: hangUp.signal })
    await begun
    hangUp.abort()
    await expect(call).rejects.toThrow()
    expect(await aborted).toBe('aborted')
  })
})

it('sheds load before any work once too much is in progress, but still says that it lives', async () => {
  const { promise: wait, resolve: goOn } = Promise.withResolvers<void>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  app = await startGatewayApp({
    maxInFlight: 1,
    readiness: async () => {
      begin()
      await wait
      return { ready: true, parts: {} }
    },
  })
  const first = app.fetch('/readyz')
  await begun
  const refused = await app.fetch('/v1/upstreams')
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({ code: 'overloaded', retry: 'after', origin: 'gateway' })
  expect((await app.fetch('/livez')).status).toBe(200)
  goOn()
  expect((await first).status).toBe(200)
})
