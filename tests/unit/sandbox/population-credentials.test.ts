import { describe, expect, test } from 'vitest'
import { passwordOf, refusalOf } from '#sandbox/population/credentials.ts'

/** The vector of the published checksum rules: computed by hand from its parts. */
const account = { user: 'sim-user', secret: 'test-secret', hashUrl: 'https://sim.local/dancu/037' }
const timestamp = '1767366245000'
const authorization =
  'Basic c2ltLXVzZXI6OTBjNmU2ZDYwNmJkMjMwYzlmMjQ5NjAxZjc1YmY4YjhkNWYzYjFkNjE3ZDZlNmU5ZTljZGU4MWI5ZGE5NmZhZg=='
const nowMs = Number(timestamp)

describe('who may ask the register', () => {
  test('the password is the hash of registered address, user, timestamp and secret', () => {
    expect(passwordOf(account, timestamp)).toBe('90c6e6d606bd230c9f249601f75bf8b8d5f3b1d617d6e6e9e9cde81b9da96faf')
  })

  test.each([
    ['no timestamp', { authorization }, '/headers/timestamp'],
    ['a timestamp that is no number', { authorization, timestamp: 'now' }, '/headers/timestamp'],
    ['no authorization', { timestamp }, '/headers/authorization'],
    ['a bearer token', { timestamp, authorization: 'Bearer x' }, '/headers/authorization'],
    ['text without a colon', { timestamp, authorization: 'Basic eA==' }, '/headers/authorization'],
    ['the password of another moment', { timestamp: '1767366245001', authorization }, '/headers/authorization'],
  ])('refuses %s', (_name, headers, pointer) => {
    expect(refusalOf(headers, account, nowMs)?.pointer).toBe(pointer)
  })

  test.each([
    ['user', { ...account, user: 'sim-user2' }],
    ['secret', { ...account, secret: 'other' }],
    ['registered address', { ...account, hashUrl: 'https://sim.local/dancu/037/' }],
  ])('refuses another %s', (_name, other) => {
    expect(refusalOf({ timestamp, authorization }, other, nowMs)?.pointer).toBe('/headers/authorization')
  })

  test('accepts five minutes of skew either way and not a second more', () => {
    const headers = { timestamp, authorization }
    for (const skewMs of [-300_000, 0, 300_000]) {
      expect(refusalOf(headers, account, nowMs + skewMs)).toBeUndefined()
    }
    for (const skewMs of [-301_000, 301_000]) {
      expect(refusalOf(headers, account, nowMs + skewMs)?.message).toContain('301 s')
    }
  })

  test('accepts a timestamp in seconds', () => {
    const seconds = '1767366245'
    const basic = Buffer.from(`${account.user}:${passwordOf(account, seconds)}`).toString('base64')
    expect(refusalOf({ timestamp: seconds, authorization: `Basic ${basic}` }, account, nowMs)).toBeUndefined()
  })
})
