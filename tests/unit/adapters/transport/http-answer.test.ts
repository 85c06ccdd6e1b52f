import { mediaTypeOf, statusTrouble } from '#adapters/transport/http-answer.ts'
import { describe, expect, it } from 'vitest'
import { answerOf } from '../../../support/recorded-http.ts'

const nowMs = Date.parse('2026-11-23T01:30:00Z')
const read = { upstream: 'business_registry', operation: 'findBusiness', effect: 'read' } as const
const write = { upstream: 'payment_portal', operation: 'openTransaction', effect: 'write' } as const
const answer = (status: number, headers: Record<string, string> = {}) =>
  answerOf({ status, headers, body: '<html>Nguyễn Thị Hoà</html>' })

describe('what a status says', () => {
  it.each([
    [201, 'upstream_contract_broken', 'answered', 'unknown'],
    [204, 'upstream_contract_broken', 'answered', 'unknown'],
    [302, 'upstream_contract_broken', 'answered', 'unknown'],
    [400, 'upstream_rejected_request', 'answered', 'answered'],
    [401, 'upstream_rejected_credentials', 'answered', 'answered'],
    [403, 'upstream_rejected_credentials', 'answered', 'answered'],
    [404, 'upstream_rejected_request', 'answered', 'answered'],
    [408, 'upstream_failed', 'answered', 'unknown'],
    [429, 'upstream_quota_exhausted', 'answered', 'answered'],
    [500, 'upstream_failed', 'answered', 'unknown'],
    [503, 'upstream_failed', 'answered', 'unknown'],
  ])('%i is %s: %s of a read, %s of a write', (status, code, ofRead, ofWrite) => {
    expect(statusTrouble(answer(status), read, nowMs)).toMatchObject({ code, fate: ofRead })
    expect(statusTrouble(answer(status), write, nowMs)).toMatchObject({ code, fate: ofWrite })
  })

  it.each([
    ['30', 30],
    [' 0 ', 0],
    ['Mon, 23 Nov 2026 01:31:30 GMT', 90],
    ['Mon, 23 Nov 2026 01:00:00 GMT', 0],
    ['999999999', 86_400],
    ['-5', undefined],
    ['soon', undefined],
    ['1e9', undefined],
  ])('Retry-After %j is %s seconds', (value, seconds) => {
    const trouble = statusTrouble(answer(503, { 'retry-after': value }), read, nowMs)
    expect(trouble.retryAfterSeconds).toBe(seconds)
  })

  it('quotes nothing of the body', () => {
    const trouble = statusTrouble(answer(500), read, nowMs)
    expect(`${trouble.message} ${trouble.upstreamCode}`).not.toContain('Nguyễn')
    expect(trouble.cause).toBeUndefined()
  })
})

describe('a content type', () => {
  it.each([
    ['text/xml', 'text/xml', undefined],
    ['Text/XML; Charset="UTF-8"', 'text/xml', 'utf-8'],
    ['application/json ;charset=utf-8; profile=x', 'application/json', 'utf-8'],
    ['multipart/related; boundary=charset', 'multipart/related', undefined],
  ])('%s is %s in %s', (contentType, type, charset) => {
    expect(mediaTypeOf(answerOf({ body: '', contentType }))).toEqual({ type, charset })
  })

  it('that is absent or given twice says nothing', () => {
    expect(mediaTypeOf(answerOf({ body: '' }))).toEqual({ type: '', charset: undefined })
    const twice = { ...answerOf({ body: '' }), headers: { 'content-type': ['text/xml', 'text/html'] } }
    expect(mediaTypeOf(twice)).toEqual({ type: '', charset: undefined })
  })
})
