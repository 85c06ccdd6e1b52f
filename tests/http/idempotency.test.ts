import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { canonicalJson } from '#domain/canonical-json.ts'
import { CommitConflict, type IdempotencyRecord, type IdempotencyScope } from '#domain/ports/unit-of-work.ts'
import type { AppDeps } from '#http/deps.ts'
import { aPaymentOrder, aVerification } from '../support/api-bodies.ts'
import { jsonPost, startGatewayApp, type GatewayApp } from '../support/gateway-app.ts'

let app: GatewayApp
afterEach(() => app.close())

const fingerprintOf = (body: unknown) => createHash('sha256').update(canonicalJson(body)).digest('base64url')
const stored = { status: 200, contentType: 'application/json', body: '{"id":"ver_1","first":true}' }
const recordOf = (scope: IdempotencyScope, differing: Partial<IdempotencyRecord> = {}): IdempotencyRecord => ({
  scope,
  fingerprint: fingerprintOf(aVerification()),
  runningUntilMs: 0,
  createdAtMs: 0,
  answer: stored,
  ...differing,
})

const verify = (headers: Record<string, string>, body: unknown = aVerification()) =>
  app.fetch('/v1/identity-verifications', jsonPost(body, headers))

describe('where money moves', () => {
  it.each([
    ['none', {}, 'idempotency_key_required'],
    ['one with a space', { 'Idempotency-Key': 'a b' }, 'idempotency_key_invalid'],
    ['one that is not ASCII', { 'Idempotency-Key': 'kh\u00f3a' }, 'idempotency_key_invalid'],
    ['one of 256 characters', { 'Idempotency-Key': 'k'.repeat(256) }, 'idempotency_key_invalid'],
  ])('a key is demanded: %s is a 400', async (_, headers, code) => {
    app = await startGatewayApp()
    const answer = await app.fetch('/v1/payments', jsonPost(aPaymentOrder(), headers))
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code })
  })

  it('hands scope and fingerprint to the use case and sends its stored bytes', async () => {
    const seen: unknown[] = []
    const answer = { status: 201, contentType: 'application/json', body: '{"id": "pay_1"}' }
    const payments = {
      create: async (...[, client, keyed]: Parameters<AppDeps['payments']['create']>) => {
        seen.push(client, keyed)
        return { kind: seen.length > 2 ? 'replayed' : 'created', answer }
      },
    } as never
    const clients = { find: async () => ({ returnOrigins: ['https://one-stop.example'] }) as never }
    app = await startGatewayApp({ payments, clients })
    const order = aPaymentOrder({ returnUrl: 'https://one-stop.example/return' })
    const post = () => app.fetch('/v1/payments', jsonPost(order, { 'Idempotency-Key': 'k-1' }))

    const first = await post()
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null])
    expect(first.headers.get('cache-control')).toBe('no-store')
    expect(seen).toMatchObject([
      { returnOrigins: ['https://one-stop.example'] },
      {
        scope: { tenant: 'lao-cai', clientId: 'demo-one-stop', method: 'POST', path: '/v1/payments', key: 'k-1' },
        fingerprint: fingerprintOf(order),
      },
    ])
    const second = await post()
    expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(await second.text()).toBe(await first.text())
  })

  it('sends a stored refusal as the problem it was', async () => {
    const body = '{"code":"reference_exists"}'
    const answer = { status: 409, contentType: 'application/problem+json', body }
    app = await startGatewayApp({ payments: { create: async () => ({ kind: 'replayed', answer }) } as never })
    const sent = await app.fetch('/v1/payments', jsonPost(aPaymentOrder(), { 'Idempotency-Key': 'k' }))
    expect([sent.status, sent.headers.get('content-type')]).toEqual([409, 'application/problem+json'])
    expect(await sent.text()).toBe(body)
    expect(app.lines.at(-1)?.fields).toMatchObject({ status: 409, code: 'reference_exists', replayed: true })
  })
})

describe('where a key is honoured', () => {
  it('works without one and does not look in the store', async () => {
    app = await startGatewayApp({
      idempotency: { find: () => Promise.reject(new Error('looked')) },
      verifyIdentity: async (_input, _request, keyed) => ({ id: 'ver_1', keyed }) as never,
    })
    expect(await (await verify({})).json()).toEqual({ id: 'ver_1' })
  })

  it('refuses a malformed key', async () => {
    app = await startGatewayApp()
    expect(await (await verify({ 'Idempotency-Key': 'a b' })).json()).toMatchObject({ code: 'idempotency_key_invalid' })
  })

  it('hands the key to the use case, which commits it with the answer', async () => {
    app = await startGatewayApp({
      verifyIdentity: async (_input, _request, keyed) => ({ id: 'ver_1', keyed }) as never,
    })
    expect(await (await verify({ 'Idempotency-Key': 'k' })).json()).toMatchObject({
      keyed: { scope: { key: 'k', path: '/v1/identity-verifications' }, fingerprint: fingerprintOf(aVerification()) },
    })
  })

  it('gives the stored bytes again without asking anybody, however the body was spaced', async () => {
    app = await startGatewayApp({ idempotency: { find: async (scope) => recordOf(scope) } })
    const answer = await verify({ 'Idempotency-Key': 'k' }, JSON.stringify(aVerification(), undefined, 4))
    expect(answer.headers.get('idempotent-replayed')).toBe('true')
    expect(await answer.text()).toBe(stored.body)
  })

  it('refuses the key for another body', async () => {
    app = await startGatewayApp({ idempotency: { find: async (scope) => recordOf(scope) } })
    const answer = await verify(
      { 'Idempotency-Key': 'k' },
      aVerification({ purpose: { ...(aVerification()['purpose'] as object), officerId: 'other' } }),
    )
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ code: 'idempotency_key_reused', retry: 'never' })
  })

  it('says that the first request is still running where it has no answer yet', async () => {
    const running = (scope: IdempotencyScope) => {
      const { answer: _, ...rest } = recordOf(scope)
      return rest
    }
    app = await startGatewayApp({ idempotency: { find: async (scope) => running(scope) } })
    const answer = await verify({ 'Idempotency-Key': 'k' })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([409, '2'])
    expect(await answer.json()).toMatchObject({ code: 'request_in_progress', retry: 'same_key' })
  })

  it('gives the winner\u2019s answer to the one that lost the race', async () => {
    let committed = false
    app = await startGatewayApp({
      idempotency: { find: async (scope) => (committed ? recordOf(scope) : undefined) },
      verifyIdentity: async () => {
        committed = true
        throw new CommitConflict('idempotency_key')
      },
    })
    const answer = await verify({ 'Idempotency-Key': 'k' })
    expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([200, 'true'])
    expect(await answer.text()).toBe(stored.body)
  })

  it('does not take another conflict for a lost race', async () => {
    app = await startGatewayApp({ verifyIdentity: () => Promise.reject(new CommitConflict('stale')) })
    expect((await verify({ 'Idempotency-Key': 'k' })).status).toBe(500)
  })
})
