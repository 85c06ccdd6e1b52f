import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GatewayError, UpstreamError } from '#domain/errors.ts'
import { isUpstreamCode } from '#http/problem-examples.ts'
import { describeProblem, problemCodes, type ProblemCode } from '#http/problem.ts'
import { aPaymentOrder, aVerification } from '../support/api-bodies.ts'
import { jsonPost, startGatewayApp, type GatewayApp } from '../support/gateway-app.ts'

let app: GatewayApp
let thrown: unknown
beforeAll(async () => {
  app = await startGatewayApp({
    verifyIdentity: () => Promise.reject(thrown),
    findBusiness: () => Promise.reject(thrown),
  })
})
afterAll(() => app.close())

const secret = 'Nguyễn Thị Hoà 015185000011'
const failing = async (error: unknown, headers: Record<string, string> = {}) => {
  thrown = error
  return app.fetch('/v1/identity-verifications', jsonPost(aVerification(), headers))
}
const errorOf = (code: ProblemCode) =>
  isUpstreamCode(code)
    ? new UpstreamError(code, secret, {
        upstream: 'population',
        operation: 'findPerson',
        fate: 'unknown',
        upstreamCode: '004',
      })
    : new GatewayError(code, secret)

describe.each(problemCodes)('%s', (code) => {
  it('is answered whole, in two languages, with a page behind its type', async () => {
    const answer = await failing(errorOf(code), { 'Accept-Language': 'en' })
    const problem = (await answer.json()) as Record<string, unknown>
    const { status, title, detail } = describeProblem(code)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(problem).toMatchObject({ status, code, title: title.en, detail: detail.en, traceId: expect.any(String) })
    expect(problem['instance']).toContain(answer.headers.get('x-request-id'))
    expect(JSON.stringify(problem)).not.toContain('015185000011')

    const vietnamese = await failing(errorOf(code))
    expect(await vietnamese.json()).toMatchObject({ title: title.vi, detail: detail.vi })

    const page = await app.fetch(new URL(String(problem['type'])).pathname)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain(code)
  })

  it('says when to come back exactly where waiting is the advice', async () => {
    const answer = await failing(errorOf(code))
    const { retry, retryAfterSeconds } = (await answer.json()) as { retry: string; retryAfterSeconds?: number }
    expect(answer.headers.get('retry-after')).toBe(retryAfterSeconds === undefined ? null : String(retryAfterSeconds))
    if (retry === 'after') expect(retryAfterSeconds).toBeGreaterThan(0)
    if (retry === 'never') expect(retryAfterSeconds).toBeUndefined()
  })
})

it('says of an upstream which it was, what became of the call, and its own code', async () => {
  const answer = await failing(errorOf('upstream_procedure_not_licensed'))
  expect(await answer.json()).toMatchObject({ status: 403, origin: 'population', fate: 'unknown', upstreamCode: '004' })
})

it('prefers the wait the error itself knows', async () => {
  const error = new UpstreamError('upstream_quota_exhausted', '', {
    upstream: 'business_registry',
    operation: 'findBusiness',
    fate: 'answered',
    retryAfterSeconds: 7,
  })
  const answer = await failing(error)
  expect(answer.headers.get('retry-after')).toBe('7')
  expect(await answer.json()).toMatchObject({ status: 503, retryAfterSeconds: 7, origin: 'business_registry' })
})

it('lets details add members but never replace those of the problem', async () => {
  const answer = await failing(
    new GatewayError('reference_exists', '', { details: { existing: 'pay_1', status: 200, code: 'fine' } }),
  )
  expect(await answer.json()).toMatchObject({ existing: 'pay_1', status: 409, code: 'reference_exists' })
})

it('advises to repeat with the same key where a key is demanded', async () => {
  const paying = await startGatewayApp({
    payments: { create: () => Promise.reject(new GatewayError('storage_unavailable', '')) } as never,
  })
  const answer = await paying.fetch('/v1/payments', jsonPost(aPaymentOrder(), { 'Idempotency-Key': 'k' }))
  expect(await answer.json()).toMatchObject({ status: 503, retry: 'same_key', retryAfterSeconds: 5 })
  await paying.close()
})

describe('an unexpected failure', () => {
  it('is a 500 that tells nothing of its cause, and is logged once with it', async () => {
    const before = app.lines.length
    const cause = new TypeError(secret)
    const answer = await failing(cause)
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('015185000011')
    const lines = app.lines.slice(before)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      level: 'error',
      fields: { operation: 'verifyIdentity', status: 500, code: 'internal_error', error: cause },
    })
  })

  it('is the same when what was thrown is no error at all', async () => {
    expect((await failing(undefined)).status).toBe(500)
    expect((await failing('a text')).status).toBe(500)
  })
})

it('logs one line and counts one request, whatever the outcome, and never the URL', async () => {
  const before = app.lines.length
  thrown = new GatewayError('business_not_found', secret)
  await app.fetch('/v1/businesses/9900123459', { headers: { Authorization: 'Bearer lao-cai/one/business:read' } })
  const lines = app.lines.slice(before)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({
    level: 'info',
    fields: {
      operation: 'findBusiness',
      status: 404,
      code: 'business_not_found',
      fate: 'answered',
      tenant: 'lao-cai',
      client: 'one',
    },
  })
  expect(JSON.stringify(lines)).not.toContain('9900123459')
  expect(app.counted.at(-1)).toBe('findBusiness 404')
  await app.fetch('/nowhere/015185000011')
  expect(app.counted.at(-1)).toBe('unknown 404')
  expect(JSON.stringify(app.lines)).not.toContain('015185000011')
})
