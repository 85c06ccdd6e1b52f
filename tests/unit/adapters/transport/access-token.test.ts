import { createAccessTokens, decodeToken, type AccessTokens } from '#adapters/transport/access-token.ts'
import type { CallSite } from '#adapters/transport/fate.ts'
import type { Http } from '#adapters/transport/http.ts'
import type { JsonRecord } from '#domain/strict-json.ts'
import { readStrictJson } from '#domain/strict-json.ts'
import { describe, expect, it } from 'vitest'
import { answerOf, json } from '../../../support/recorded-http.ts'
import { failureOf } from '../../../support/upstream-failure.ts'

const site: CallSite = { upstream: 'business_registry', operation: 'findBusiness', effect: 'read' }

/** A clock that moves when told, and a platform that issues token 1, 2, 3, … when it is released. */
function house(options: { readonly expiresIn?: number; readonly held?: boolean } = {}) {
  let nowMs = 0
  const timers = new Map<object, { readonly atMs: number; readonly task: () => void }>()
  const waiting: (() => void)[] = []
  const signals: AbortSignal[] = []
  let issued = 0
  const http: Http = {
    send: async (_request, _site, { signal }) => {
      issued += 1
      signals.push(signal)
      const answer = answerOf(
        json({ access_token: `token-${issued}`, token_type: 'Bearer', expires_in: options.expiresIn ?? 3600 }),
      )
      if (options.held === true) await new Promise<void>((resolve) => waiting.push(resolve))
      return answer
    },
    close: async () => undefined,
  }
  const clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    schedule: (delayMs: number, task: () => void) => {
      const key = {}
      timers.set(key, { atMs: nowMs + delayMs, task })
      return () => void timers.delete(key)
    },
  }
  const tokens = createAccessTokens({ http, clock, tokenUrl: 'http://registry.test/token', clientId: 'a', secret: 'b' })
  return {
    tokens,
    issued: () => issued,
    /** Whether each request was given up, oldest first. */
    abandoned: () => signals.map(({ aborted }) => aborted),
    release: () => waiting.splice(0).forEach((resolve) => resolve()),
    move(ms: number) {
      nowMs += ms
      for (const [key, { atMs, task }] of timers) if (atMs <= nowMs && timers.delete(key)) task()
    },
    openTimers: () => timers.size,
  }
}

const current = (tokens: AccessTokens, deadlineMs = 1e9, signal = new AbortController().signal) =>
  tokens.current(site, { requestId: 'r', deadlineMs, signal })

describe('the access token', () => {
  it('is fetched once for all who wait', async () => {
    const { tokens, issued, release } = house({ held: true })
    const calls = [current(tokens), current(tokens), current(tokens)]
    release()
    expect(await Promise.all(calls)).toEqual(['token-1', 'token-1', 'token-1'])
    expect(issued()).toBe(1)
  })

  it('is replaced a minute before it expires, not earlier', async () => {
    const { tokens, move } = house()
    expect(await current(tokens)).toBe('token-1')
    move(3_539_000)
    expect(await current(tokens)).toBe('token-1')
    move(1_000)
    expect(await current(tokens)).toBe('token-2')
  })

  it('is replaced after nine tenths of a short life', async () => {
    const { tokens, move } = house({ expiresIn: 10 })
    await current(tokens)
    move(8_999)
    expect(await current(tokens)).toBe('token-1')
    move(1)
    expect(await current(tokens)).toBe('token-2')
  })

  it('is replaced when the platform refused it, once for all who were refused', async () => {
    const { tokens, issued } = house()
    await current(tokens)
    tokens.discard('token-1')
    expect(await current(tokens)).toBe('token-2')
    tokens.discard('token-1')
    expect(await current(tokens)).toBe('token-2')
    expect(issued()).toBe(2)
  })

  it('lets the one who waits go at its own deadline, and the others wait on', async () => {
    const { tokens, release, move, openTimers } = house({ held: true })
    const hasty = failureOf(current(tokens, 100))
    const patient = current(tokens, 10_000)
    move(100)
    expect(await hasty).toEqual({ code: 'upstream_timeout', fate: 'unknown' })
    release()
    expect(await patient).toBe('token-1')
    expect(openTimers()).toBe(0)
  })

  it('lets the one go whose caller is gone', async () => {
    const { tokens, release } = house({ held: true })
    const caller = new AbortController()
    const gone = failureOf(current(tokens, 10_000, caller.signal))
    caller.abort()
    expect(await gone).toEqual({ code: 'upstream_timeout', fate: 'unknown' })
    release()
  })

  it('is asked for anew once nobody waits for an answer that hangs', async () => {
    const { tokens, release, move, issued, abandoned } = house({ held: true })
    const first = failureOf(current(tokens, 100))
    const second = failureOf(current(tokens, 200))
    move(100)
    await first
    expect(abandoned()).toEqual([false])
    move(100)
    await second
    expect(abandoned()).toEqual([true])
    const next = current(tokens)
    expect(issued()).toBe(2)
    release()
    expect(await next).toBe('token-2')
  })

  it.each([
    ['no token', '{"token_type":"Bearer","expires_in":1}'],
    ['an empty token', '{"access_token":"","token_type":"Bearer","expires_in":1}'],
    [
      'a token that would end the header',
      String.raw`{"access_token":"a\r\nx: y","token_type":"Bearer","expires_in":1}`,
    ],
    ['a token with a space', '{"access_token":"a b","token_type":"Bearer","expires_in":1}'],
    ['a token that is a number', '{"access_token":1,"token_type":"Bearer","expires_in":1}'],
    ['another type', '{"access_token":"a","token_type":"mac","expires_in":1}'],
    ['no type', '{"access_token":"a","expires_in":1}'],
    ['no life', '{"access_token":"a","token_type":"Bearer"}'],
    ['a life of nothing', '{"access_token":"a","token_type":"Bearer","expires_in":0}'],
    ['a negative life', '{"access_token":"a","token_type":"Bearer","expires_in":-1}'],
    ['half a second', '{"access_token":"a","token_type":"Bearer","expires_in":0.5}'],
  ])('is refused with %s', (_, text) => {
    const record = readStrictJson(text, { maxLength: 1_000, numbers: 'text' }) as JsonRecord
    expect(() => decodeToken(record)).toThrow(/is (?:no|not|missing)/)
  })
})
