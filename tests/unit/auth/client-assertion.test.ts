import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { authenticateClient } from '#auth/client-assertion.ts'
import { createRegistrations } from '#auth/registrations.ts'
import type { Client } from '#domain/principal.ts'
import { aClient, assertionClaims, clientsOf, signAssertionClaims } from '../../support/a-client.ts'
import { signCompact } from '../../support/compact-tokens.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { memoryOidcRows } from '../../support/oidc-rows.ts'

const issuer = 'https://gateway.example'

function aDoor(...clients: readonly Client[]) {
  const clock = manualClock()
  const rows = memoryOidcRows()
  const registrations = createRegistrations({ clients: clientsOf(...clients), clock })
  return {
    clock,
    rows,
    now: Math.floor(clock.nowMs() / 1_000),
    claims: () => assertionClaims(issuer, clock.nowMs()),
    enter: (assertion: string) => authenticateClient(assertion, { issuer, registrations, rows, clock }),
  }
}
const refused = (reason: string) => expect.objectContaining({ name: 'TokenRefused', reason })

describe('a client assertion', () => {
  it('proves the client, and which of its keys signed', async () => {
    const { enter, claims } = aDoor(aClient())
    const { client, key } = await enter(signAssertionClaims(claims()))
    expect({ id: client.id, kid: key.kid }).toEqual({ id: 'one-stop-lc', kid: 'desk-1' })
  })

  it.each([['JWT'], ['client-authentication+jwt'], [undefined]])('may carry typ %s', async (typ) => {
    const { enter, claims } = aDoor(aClient())
    const header = { alg: 'ES256', kid: 'desk-1', ...(typ === undefined ? {} : { typ }) }
    expect((await enter(signAssertionClaims(claims(), header))).client.id).toBe('one-stop-lc')
  })

  it.each<[string, (now: number) => object, string]>([
    ['aud is an array', () => ({ aud: [issuer] }), 'aud_not_issuer'],
    ['aud is the token endpoint', () => ({ aud: `${issuer}/oauth2/token` }), 'aud_not_issuer'],
    ['aud has a slash more', () => ({ aud: `${issuer}/` }), 'aud_not_issuer'],
    ['aud is missing', () => ({ aud: undefined }), 'aud_not_issuer'],
    ['iss is somebody else', () => ({ iss: 'other' }), 'iss_not_client'],
    ['iss is missing', () => ({ iss: undefined }), 'iss_not_client'],
    ['sub is missing', () => ({ sub: undefined }), 'sub_unusable'],
    ['sub is an unknown client', () => ({ sub: 'nobody', iss: 'nobody' }), 'client_unknown_or_disabled'],
    ['jti is missing', () => ({ jti: undefined }), 'jti_unusable'],
    ['jti has 15 characters', () => ({ jti: 'x'.repeat(15) }), 'jti_unusable'],
    ['jti has 129 characters', () => ({ jti: 'x'.repeat(129) }), 'jti_unusable'],
    ['jti is a number', () => ({ jti: 1_234_567_890_123_456 }), 'jti_unusable'],
    ['iat is missing', () => ({ iat: undefined }), 'iat_missing'],
    ['exp is missing', () => ({ exp: undefined }), 'exp_missing'],
    ['exp is text', (now) => ({ exp: String(now + 60) }), 'exp_missing'],
    ['iat is 11 s ahead', (now) => ({ iat: now + 11, exp: now + 60 }), 'iat_out_of_window'],
    ['iat is 61 s old', (now) => ({ iat: now - 61, exp: now - 1 }), 'iat_out_of_window'],
    ['nbf is 11 s ahead', (now) => ({ nbf: now + 11 }), 'nbf_out_of_window'],
    ['nbf is text', () => ({ nbf: 'now' }), 'nbf_out_of_window'],
    ['exp is now', (now) => ({ iat: now - 60, exp: now }), 'expired'],
    ['it lives 61 s', (now) => ({ exp: now + 61 }), 'lifetime_too_long'],
    ['it lives an hour', (now) => ({ exp: now + 3_600 }), 'lifetime_too_long'],
  ])('is refused when %s', async (_name, change, reason) => {
    const { enter, claims, now } = aDoor(aClient())
    await expect(enter(signAssertionClaims({ ...claims(), ...change(now) }))).rejects.toEqual(refused(reason))
  })

  it.each([
    ['iat 10 s ahead', 10, 60],
    ['iat 60 s old and about to expire', -59, 1],
  ])('is accepted at the edge: %s', async (_name, iatOffset, expOffset) => {
    const { enter, claims, now } = aDoor(aClient())
    await enter(signAssertionClaims({ ...claims(), iat: now + iatOffset, exp: now + expOffset }))
  })

  it('is used up by its first use, and stays used up for a minute after it expired', async () => {
    const { enter, claims, rows, now } = aDoor(aClient())
    const first = claims()
    await enter(signAssertionClaims(first))
    await expect(enter(signAssertionClaims(first))).rejects.toEqual(refused('jti_replayed'))
    await expect(enter(signAssertionClaims({ ...claims(), jti: first['jti'] }))).rejects.toEqual(
      refused('jti_replayed'),
    )
    expect([...rows.rows.values()].map(({ expiresAtMs }) => expiresAtMs)).toEqual([(now + 120) * 1_000])
  })

  it('lets exactly one of many racing replays through', async () => {
    const { enter, claims } = aDoor(aClient())
    const assertion = signAssertionClaims(claims())
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => enter(assertion)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('does not use up the jti of a client in whose name somebody else signs', async () => {
    const { enter, claims, rows } = aDoor(aClient())
    const forged = claims()
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const header = { alg: 'ES256', kid: 'desk-1' }
    await expect(enter(signCompact(header, forged, privateKey))).rejects.toEqual(refused('signature_invalid'))
    expect(rows.rows.size).toBe(0)
    await enter(signAssertionClaims(forged))
  })

  it('may carry a jti another client has used', async () => {
    const other = aClient({ id: 'one-stop-yb' })
    const { enter, claims } = aDoor(aClient(), other)
    const first = claims()
    await enter(signAssertionClaims(first))
    await enter(signAssertionClaims({ ...first, iss: other.id, sub: other.id }))
  })

  it('is refused with another algorithm than the key is registered for', async () => {
    const { enter, claims } = aDoor(aClient())
    const header = { alg: 'PS256', kid: 'desk-1' }
    await expect(enter(signAssertionClaims(claims(), header))).rejects.toEqual(refused('algorithm_not_of_key'))
  })

  it.each([
    ['Ed25519', 'EdDSA', generateKeyPairSync('ed25519')],
    ['P-256', 'ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ])('may be signed with a second registered key: %s', async (_name, alg, { publicKey, privateKey }) => {
    const second = { ...publicKey.export({ format: 'jwk' }), kid: 'desk-2', alg }
    const { enter, claims } = aDoor(aClient({ jwks: { keys: [...aClient().jwks.keys, second] } }))
    expect((await enter(signCompact({ alg, kid: 'desk-2' }, claims(), privateKey))).key.kid).toBe('desk-2')
  })

  it.each([
    ['the client is disabled', aClient({ disabledAt: '2026-11-01T00:00:00Z' })],
    [
      'its stored keys are no longer acceptable',
      aClient({ jwks: { keys: [{ kty: 'oct', k: 'AAAA', kid: 'desk-1' }] } }),
    ],
  ])('is refused when %s', async (_name, client) => {
    const { enter, claims } = aDoor(client)
    await expect(enter(signAssertionClaims(claims()))).rejects.toEqual(refused('client_unknown_or_disabled'))
  })
})
