import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GatewayError } from '#domain/errors.ts'
import type { ApiDescription } from '#http/openapi.ts'
import { describeApi } from '#http/openapi.ts'
import { routes } from '#http/routes/index.ts'
import { businessFoundExample } from '#http/routes/business/business-found.ts'
import { identityVerificationExample } from '#http/routes/identity/identity-verification.ts'
import { paymentJournalExample } from '#http/routes/payment/list-payment-postings.ts'
import { paymentEventExample, paymentExample } from '#http/routes/payment/payment-view.ts'
import { receiptExample } from '#http/routes/payment/receipt-view.ts'
import { aPaymentOrder, aVerification } from '../support/api-bodies.ts'
import { describedAnswer } from '../support/described-answers.ts'
import { jsonPost, startGatewayApp, type GatewayApp } from '../support/gateway-app.ts'

const description: ApiDescription = describeApi(routes, 'http://gateway.example')
const ready = { ready: true, parts: { database: 'ready' } }
const health = {
  system: 'payment_portal',
  connection: 'payment-portal',
  dialect: 'pp-1.0.6',
  classes: [
    { operationClass: 'open', breaker: 'closed', inFlight: 1, maxInFlight: 8 },
    {
      operationClass: 'query',
      breaker: 'half_open',
      inFlight: 2,
      maxInFlight: 8,
      latencyMs: { p50: 1.5, p99: 9 },
      errorShare: 0.25,
      lastErrorCode: 'upstream_timeout',
      lastErrorAtMs: 0,
    },
  ],
} as const

const mustNotDraw = () => Promise.reject(new Error('nobody asked for paper'))

let app: GatewayApp
beforeAll(async () => {
  const created = { status: 201, contentType: 'application/json', body: JSON.stringify(paymentExample) }
  app = await startGatewayApp({
    verifyIdentity: async () => identityVerificationExample as never,
    findVerification: async () => identityVerificationExample as never,
    findBusiness: async () => businessFoundExample as never,
    upstreamHealth: () => [health],
    readiness: async () => ready,
    receipts: { get: async () => receiptExample as never, draw: mustNotDraw, paymentQr: mustNotDraw },
    payments: {
      create: async () => ({ kind: 'created', answer: created }),
      get: async () => paymentExample,
      list: async () => ({ items: [paymentExample], next: 'opaque' }),
      events: async () => [paymentEventExample],
      postings: async () => paymentJournalExample,
    } as never,
  })
})
afterAll(() => app.close())

const id = '00000000000000000000000001'
const get = { headers: { Authorization: 'Bearer all' } }
const calls: readonly (readonly [string, string, string, RequestInit, number])[] = [
  ['POST', '/v1/identity-verifications', '/v1/identity-verifications', jsonPost(aVerification()), 200],
  ['GET', '/v1/identity-verifications/{id}', `/v1/identity-verifications/ver_${id}`, get, 200],
  ['GET', '/v1/businesses/{code}', '/v1/businesses/9900123459', get, 200],
  ['POST', '/v1/payments', '/v1/payments', jsonPost(aPaymentOrder(), { 'Idempotency-Key': 'k' }), 201],
  ['GET', '/v1/payments/{id}', `/v1/payments/pay_${id}`, get, 200],
  ['GET', '/v1/payments/{id}/receipt', `/v1/payments/pay_${id}/receipt`, get, 200],
  ['GET', '/v1/payments', '/v1/payments?state=paid&limit=5&after=abc', get, 200],
  ['GET', '/v1/payments/{id}/events', `/v1/payments/pay_${id}/events`, get, 200],
  ['GET', '/v1/payments/{id}/journal', `/v1/payments/pay_${id}/journal`, get, 200],
  ['GET', '/v1/upstreams', '/v1/upstreams', get, 200],
  ['GET', '/livez', '/livez', {}, 200],
  ['GET', '/readyz', '/readyz', {}, 200],
  ['POST', '/v1/identity-verifications', '/v1/identity-verifications', jsonPost({}), 400],
  ['GET', '/v1/payments', '/v1/payments', {}, 401],
]

describe('every answer is the one that is documented', () => {
  it.each(calls)('%s %s', async (method, path, url, init, status) => {
    const documented = describedAnswer(description, { method, path, status })
    const answer = await app.fetch(url, init)
    expect(answer.status).toBe(status)
    expect(documented?.contentTypes).toContain(answer.headers.get('content-type'))
    expect(documented?.complaintAbout(await answer.json())).toBeUndefined()
    for (const header of ['x-request-id', 'traceparent', 'cache-control']) {
      expect(answer.headers.get(header), header).not.toBeNull()
    }
  })

  it('and the check would notice one that is not', () => {
    const documented = describedAnswer(description, { method: 'GET', path: '/v1/payments/{id}', status: 200 })
    expect(documented?.complaintAbout({ ...paymentExample, payer: 'Nguyễn Thị Hoà' })).toContain('payer')
    expect(documented?.complaintAbout({ ...paymentExample, amount: '50000' })).toContain('amount')
    expect(describedAnswer(description, { method: 'GET', path: '/v1/payments/{id}', status: 418 })).toBeUndefined()
  })
})

describe('lists', () => {
  it('pass filter and page on and say whether there is more', async () => {
    const seen: unknown[] = []
    const listing = await startGatewayApp({
      payments: { list: async (...args: unknown[]) => (seen.push(...args.slice(0, 2)), { items: [] }) } as never,
    })
    const answer = await listing.fetch('/v1/payments?reference=R%3A1&dossierCode=H38', get)
    expect(await answer.json()).toEqual({ data: [], hasMore: false })
    expect(seen).toEqual([{ reference: 'R:1', dossierCode: 'H38' }, { limit: 20 }])
    await listing.close()
  })
})

describe('the state of the upstreams', () => {
  it('shows the worst of an upstream’s classes first', async () => {
    const { data } = (await (await app.fetch('/v1/upstreams', get)).json()) as { data: object[] }
    expect(data).toMatchObject([
      {
        system: 'payment_portal',
        connection: 'payment-portal',
        breaker: 'half_open',
        inFlight: 3,
        errorShare: 0.25,
        livemode: false,
      },
    ])
  })
})

describe('health', () => {
  it('says 503 and which part is not ready', async () => {
    const ill = await startGatewayApp({ readiness: async () => ({ ready: false, parts: { database: 'down' } }) })
    const answer = await ill.fetch('/readyz')
    expect([answer.status, await answer.json()]).toEqual([503, { ready: false, parts: { database: 'down' } }])
    expect((await ill.fetch('/livez')).status).toBe(200)
    await ill.close()
  })
})

it('answers HEAD like GET without a body', async () => {
  const answer = await app.fetch('/livez', { method: 'HEAD' })
  expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '14', ''])
})

it('keeps whatever may be personal out of caches', async () => {
  for (const [, , url, init] of calls.filter(([, path]) => path.startsWith('/v1/payments'))) {
    expect((await app.fetch(url, init)).headers.get('cache-control')).toBe('no-store')
  }
})

describe('tokens and keys', () => {
  it('are served as the modules give them, key sets for five minutes', async () => {
    const keys = { keys: [{ kid: 'k-1' }] }
    const withKeys = await startGatewayApp({
      evidenceKeys: () => keys,
      tokenEndpoint: {
        handler: async (_request, response) => void response.writeHead(401).end('{"error":"invalid_client"}'),
        metadata: { issuer: 'x' },
        jwks: () => keys,
      },
    })
    for (const path of ['/.well-known/jwks.json', '/.well-known/evidence-keys.json']) {
      const answer = await withKeys.fetch(path)
      expect(await answer.json()).toEqual(keys)
      expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    }
    expect(await (await withKeys.fetch('/.well-known/oauth-authorization-server')).json()).toEqual({ issuer: 'x' })
    const refused = await withKeys.fetch('/oauth2/token', { method: 'POST', body: new URLSearchParams({ a: 'b' }) })
    expect([refused.status, await refused.text()]).toEqual([401, '{"error":"invalid_client"}'])
    expect(withKeys.counted.at(-1)).toBe('issueToken 401')
    await withKeys.close()
  })

  it('turn into a problem when the token endpoint fails before it answers', async () => {
    const failing = await startGatewayApp({
      tokenEndpoint: {
        handler: () => Promise.reject(new GatewayError('storage_unavailable', 'down')),
        metadata: {},
        jwks: () => ({}),
      },
    })
    const answer = await failing.fetch('/oauth2/token', { method: 'POST' })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    await failing.close()
  })
})
