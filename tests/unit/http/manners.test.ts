import { describe, expect, it } from 'vitest'
import { preferredLanguage } from '#http/language.ts'
import { createPresentRefusal } from '#http/present-refusal.ts'
import { createRateLimiter } from '#http/rate-limit.ts'
import { continueTrace } from '#http/trace.ts'
import { GatewayError } from '#domain/errors.ts'
import { aRequest } from '../../support/a-request.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { sequentialIds } from '../../support/sequential-ids.ts'

describe('the language', () => {
  it.each([
    [undefined, 'vi'],
    ['', 'vi'],
    ['en', 'en'],
    ['EN-us', 'en'],
    ['vi, en', 'vi'],
    ['en;q=0.4, vi;q=0.6', 'vi'],
    ['en;q=0', 'vi'],
    ['fr, de', 'vi'],
    ['*', 'vi'],
    ['fr, en;q=0.1', 'en'],
    ['en;q=7', 'vi'],
    ['english', 'vi'],
    [`${'x,'.repeat(1_000)}en`, 'vi'],
  ])('of %j is %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language)
  })
})

describe('the trace', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const span = 'b7ad6b7169203331'

  it.each([`00-${traceId}-${span}-01`, `cc-${traceId}-${span}-01-more`])(
    'continues %s with a span of its own',
    (header) => {
      const trace = continueTrace(header, sequentialIds())
      expect(trace.traceId).toBe(traceId)
      expect(trace.traceparent).toMatch(new RegExp(`^00-${traceId}-(?!${span})[0-9a-f]{16}-01$`))
    },
  )

  it.each([
    undefined,
    '',
    'nonsense',
    `ff-${traceId}-${span}-01`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${span}-01`,
    `00-${traceId}-${span}-01-more`,
    `00-${traceId}-${span}`,
  ])('begins anew where the header is %j', (header) => {
    const trace = continueTrace(header, sequentialIds())
    expect(trace.traceId).not.toBe(traceId)
    expect(trace.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
  })
})

describe('the quota', () => {
  it('counts what was allowed and not what was refused', () => {
    const limiter = createRateLimiter({ requests: 1, windowSeconds: 10 }, manualClock())
    expect(limiter.take('a').allowed).toBe(true)
    expect(limiter.take('a')).toEqual({ allowed: false, header: '"client";r=0;t=10', retryAfterSeconds: 10 })
    expect(limiter.take('a').header).toBe('"client";r=0;t=10')
  })

  it('forgets the oldest client rather than growing without end', () => {
    const limiter = createRateLimiter({ requests: 1, windowSeconds: 10 }, manualClock())
    for (let client = 0; client <= 10_000; client += 1) limiter.take(`client-${client}`)
    expect(limiter.take('client-5000').allowed).toBe(false)
    expect(limiter.take('client-0').allowed).toBe(true)
  })
})

describe('a refusal that is stored', () => {
  it('is the problem in the language of who asked, with advice to keep the key', () => {
    const present = createPresentRefusal('http://gateway.example')
    const refusal = new GatewayError('reference_exists', '', { details: { existing: 'pay_1' } })
    const answer = present(refusal, aRequest({ language: 'en' }))
    expect(answer).toMatchObject({ status: 409, contentType: 'application/problem+json' })
    expect(JSON.parse(answer.body)).toMatchObject({
      type: 'http://gateway.example/docs/problems/reference_exists',
      title: 'The reference exists already',
      existing: 'pay_1',
    })
    expect(JSON.parse(present(refusal, aRequest()).body)).toMatchObject({ title: 'Mã tham chiếu đã tồn tại' })
  })
})
