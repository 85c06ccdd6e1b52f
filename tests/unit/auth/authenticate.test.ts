import { describe, expect, it } from 'vitest'
import { createAuthenticate } from '#auth/authenticate.ts'
import type { SigningKey } from '#auth/key-set.ts'
import { createRegistrations } from '#auth/registrations.ts'
import { apiAudience } from '#auth/token-profile.ts'
import { aClient } from '../../support/a-client.ts'
import { signCompact } from '../../support/compact-tokens.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { aSigningKey, signingKeysOf } from '../../support/signing-keys.ts'

const issuer = 'https://gateway.example'
const audience = apiAudience(issuer)
const key = aSigningKey()

function aDoor(keys: readonly [SigningKey, ...SigningKey[]] = [key]) {
  const clock = manualClock()
  const now = Math.floor(clock.nowMs() / 1_000)
  let lookups = 0
  const all = signingKeysOf(...keys)
  const counted = {
    ...all,
    find: (kid: string) => {
      lookups += 1
      return all.find(kid)
    },
  }
  const claims = {
    iss: issuer,
    aud: audience,
    sub: 'one-stop-lc',
    client_id: 'one-stop-lc',
    tenant: 'lao-cai',
    scope: 'identity:verify payment:read',
    jti: 'token-1',
    iat: now,
    exp: now + 300,
  }
  return {
    clock,
    now,
    claims,
    verifications: () => lookups,
    token: (change: object = {}, header: object = {}) =>
      signCompact({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1', ...header }, { ...claims, ...change }, key.privateKey),
    enter: createAuthenticate({ issuer, audience, keys: counted, clock }),
  }
}
const refused = (reason: string) =>
  expect.objectContaining({ code: 'invalid_token', message: `the access token is not accepted: ${reason}` })

describe('authenticating a request', () => {
  it('makes a principal of a good token', async () => {
    const { enter, token } = aDoor()
    expect(await enter(`Bearer ${token({ key_thumbprint: 'abc' })}`)).toEqual({
      tenant: 'lao-cai',
      clientId: 'one-stop-lc',
      scopes: new Set(['identity:verify', 'payment:read']),
      tokenId: 'token-1',
      keyThumbprint: 'abc',
    })
  })

  it.each([
    ['nothing', () => undefined, 'authorization_missing'],
    ['nothing in it', () => '', 'not_a_bearer_token'],
    ['the scheme alone', () => 'Bearer', 'not_a_bearer_token'],
    ['no token', () => 'Bearer ', 'not_a_bearer_token'],
    ['a bare token', (token: string) => token, 'not_a_bearer_token'],
    ['Basic', (token: string) => `Basic ${token}`, 'not_a_bearer_token'],
    ['DPoP', (token: string) => `DPoP ${token}`, 'not_a_bearer_token'],
    ['two spaces', (token: string) => `Bearer  ${token}`, 'not_a_bearer_token'],
    ['two tokens', (token: string) => `Bearer ${token}, Bearer ${token}`, 'not_a_bearer_token'],
    ['text behind it', (token: string) => `Bearer ${token} x`, 'not_a_bearer_token'],
    ['a line break', (token: string) => `Bearer ${token}\n`, 'not_a_bearer_token'],
  ])('refuses a header with %s', async (_name, header, reason) => {
    const { enter, token } = aDoor()
    await expect(enter(header(token()))).rejects.toEqual(refused(reason))
  })

  it('takes the scheme in any case', async () => {
    const { enter, token } = aDoor()
    expect((await enter(`bearer ${token()}`)).clientId).toBe('one-stop-lc')
  })

  it.each<[string, (now: number) => object, string]>([
    ['another issuer', () => ({ iss: 'https://other.example' }), 'iss_unknown'],
    ['another audience', () => ({ aud: 'https://other.example/v1' }), 'aud_not_this_api'],
    ['an array as audience', () => ({ aud: [audience] }), 'aud_not_this_api'],
    ['the issuer as audience', () => ({ aud: issuer }), 'aud_not_this_api'],
    ['no expiry', () => ({ exp: undefined }), 'expired'],
    ['an expiry that is now', (now) => ({ iat: now - 300, exp: now }), 'expired'],
    ['no issue date', () => ({ iat: undefined }), 'iat_in_future'],
    ['an issue date 11 s ahead', (now) => ({ iat: now + 11 }), 'iat_in_future'],
    ['a life of 301 s', (now) => ({ exp: now + 301 }), 'lifetime_too_long'],
    ['a confirmation key', () => ({ cnf: { jkt: 'abc' } }), 'sender_constrained'],
    ['no client', () => ({ client_id: undefined }), 'client_id_missing'],
    ['another subject than its client', () => ({ sub: 'somebody' }), 'client_id_missing'],
    ['no tenant', () => ({ tenant: undefined }), 'tenant_missing'],
    ['an empty tenant', () => ({ tenant: '' }), 'tenant_missing'],
    ['no id', () => ({ jti: undefined }), 'jti_missing'],
    ['no scope', () => ({ scope: undefined }), 'scope_missing'],
    ['scopes as an array', () => ({ scope: ['identity:verify'] }), 'scope_missing'],
    ['an unknown scope', () => ({ scope: 'identity:verify root' }), 'scope_unknown'],
    ['a scope twice', () => ({ scope: 'identity:verify identity:verify' }), 'scope_unknown'],
  ])('refuses a token with %s', async (_name, change, reason) => {
    const { enter, token, now } = aDoor()
    await expect(enter(`Bearer ${token(change(now))}`)).rejects.toEqual(refused(reason))
  })

  it.each([
    ['an assertion', { typ: 'client-authentication+jwt' }, 'wrong_typ'],
    ['evidence', { typ: 'evidence+jwt' }, 'wrong_typ'],
    ['a plain JWT', { typ: 'JWT' }, 'wrong_typ'],
    ['a token of another key', { kid: 'key-2' }, 'unknown_kid'],
    ['a token of another algorithm', { alg: 'EdDSA' }, 'algorithm_not_of_key'],
  ])('refuses %s', async (_name, header, reason) => {
    const { enter, token } = aDoor()
    await expect(enter(`Bearer ${token({}, header)}`)).rejects.toEqual(refused(reason))
  })

  it('says nothing of the token in its refusal', async () => {
    const { enter, token } = aDoor()
    const error = await enter(`Bearer ${token({ tenant: '' })}`).catch((reason: unknown) => reason)
    expect(JSON.stringify(error) + String(error)).not.toContain('one-stop-lc')
  })
})

describe('remembering verified tokens', () => {
  it('verifies one token once in 30 seconds', async () => {
    const { enter, token, clock, verifications } = aDoor()
    const header = `Bearer ${token()}`
    await enter(header)
    clock.advance(29_999)
    await enter(header)
    expect(verifications()).toBe(1)
    clock.advance(1)
    await enter(header)
    expect(verifications()).toBe(2)
  })

  it('never remembers beyond the expiry', async () => {
    const { enter, token, clock, now } = aDoor()
    const header = `Bearer ${token({ iat: now - 295, exp: now + 5 })}`
    await enter(header)
    clock.advance(5_000)
    await expect(enter(header)).rejects.toEqual(refused('expired'))
  })

  it('takes a token with one changed byte for another token', async () => {
    const { enter, token } = aDoor()
    const good = token()
    await enter(`Bearer ${good}`)
    const changed = good.replace(/.(?=.{10}$)/, (letter) => (letter === 'A' ? 'B' : 'A'))
    await expect(enter(`Bearer ${changed}`)).rejects.toEqual(refused('signature_invalid'))
  })

  it('remembers no refusal as a success', async () => {
    const { enter, token } = aDoor()
    const header = `Bearer ${token({ tenant: '' })}`
    await expect(enter(header)).rejects.toThrow('tenant_missing')
    await expect(enter(header)).rejects.toThrow('tenant_missing')
  })
})

describe('keys that change', () => {
  const clock = manualClock()

  it.each([
    ['accepts a retired key while its last tokens live', clock.nowMs() - 14 * 60_000, true],
    ['refuses it a quarter of an hour after its successor took over', clock.nowMs() - 15 * 60_000, false],
  ])('%s', async (_name, usedUntilMs, isAccepted) => {
    const { enter, token } = aDoor([{ ...key, usedUntilMs }, aSigningKey({ kid: 'key-2' })])
    const outcome = await enter(`Bearer ${token()}`).then(
      () => true,
      () => false,
    )
    expect(outcome).toBe(isAccepted)
  })
})

describe('clients that change', () => {
  it('stops a disabled client within five seconds, whatever is remembered of its token', async () => {
    const { token } = aDoor()
    const clock = manualClock()
    let isDisabled = false
    const registrations = createRegistrations({
      clock,
      clients: { find: async () => aClient(isDisabled ? { disabledAt: '2026-11-23T00:00:00Z' } : {}) },
    })
    const enter = createAuthenticate({ issuer, audience, keys: signingKeysOf(key), clock, registrations })
    const header = `Bearer ${token()}`
    await enter(header)
    isDisabled = true
    clock.advance(5_000)
    await expect(enter(header)).rejects.toEqual(refused('client_disabled'))
  })
})
