/** The token endpoint over a real socket, asked by an independent client library and by a hostile one. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthenticate } from '#auth/authenticate.ts'
import { createClientKeyPair, writeClientKeyFile } from '#auth/client-key-file.ts'
import type { OidcRows } from '#auth/oidc-rows.ts'
import { createTokenEndpoint, type TokenEndpoint } from '#auth/token-endpoint.ts'
import { apiAudience } from '#auth/token-profile.ts'
import { GatewayError } from '#domain/errors.ts'
import type { LogFields } from '#domain/log.ts'
import type { Client } from '#domain/principal.ts'
import { systemClock as clock } from '#main/clock.ts'
import { requestToken } from '../../src/cli/request-token.ts'
import { aClient, assertionClaims, clientPrivateKey, signAssertionClaims } from '../support/a-client.ts'
import { memoryOidcRows } from '../support/oidc-rows.ts'
import { aSigningKey, signingKeysOf } from '../support/signing-keys.ts'
import { silentLog } from '../support/silent-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const disabled = aClient({ id: 'closed', disabledAt: '2026-11-01T00:00:00Z' })
const clients: readonly Client[] = [
  aClient(),
  disabled,
  aClient({ id: 'idle', scopes: [] }),
  ...['failing-1', 'failing-2', 'failing-3', 'failing-4', 'failing-5'].map((id) => aClient({ id })),
]
const extraClients: Client[] = []
const signingKey = aSigningKey()
const reasons: unknown[] = []
const log = { ...silentLog, warn: ({ reason }: LogFields) => void reasons.push(reason) }
let rows: OidcRows = memoryOidcRows()
let endpoint: TokenEndpoint
let issuer: string

const server = createServer((request, response) => {
  const documents: Readonly<Record<string, () => object>> = {
    '/.well-known/oauth-authorization-server': () => endpoint.metadata,
    '/.well-known/jwks.json': () => endpoint.jwks(),
  }
  const document = documents[request.url ?? '']
  if (document !== undefined) {
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(document()))
    return
  }
  endpoint.handler(request, response).catch((error: unknown) => {
    response.writeHead(503).end(error instanceof GatewayError ? error.code : 'bug')
  })
})

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const oidcStore: OidcRows = {
    upsert: (row) => rows.upsert(row),
    find: (...asked) => rows.find(...asked),
    consume: (...asked) => rows.consume(...asked),
    destroy: (...asked) => rows.destroy(...asked),
    insertOnce: (...asked) => rows.insertOnce(...asked),
  }
  endpoint = createTokenEndpoint({
    issuer,
    clients: { find: async (id) => [...clients, ...extraClients].find((client) => client.id === id) },
    oidcStore,
    keys: signingKeysOf(signingKey),
    clock,
    log,
  })
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => void server.close(resolve))
})

const insecure = { [oauth.allowInsecureRequests]: true }
const claims = (differing: object = {}) => ({ ...assertionClaims(issuer, clock.nowMs()), ...differing })
const of = (id: string) => ({ iss: id, sub: id })

function aForm(assertion: string, differing: Readonly<Record<string, string | undefined>> = {}): URLSearchParams {
  const fields = {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    ...differing,
  }
  return new URLSearchParams(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
const post = (body: URLSearchParams | string, init: RequestInit = {}) =>
  fetch(`${issuer}/oauth2/token`, { method: 'POST', body, ...init })
const ask = (differing: Readonly<Record<string, string | undefined>> = {}) =>
  post(aForm(signAssertionClaims(claims()), differing))

async function answerOf(response: Response) {
  const body = (await response.json()) as Readonly<Record<string, unknown>>
  return { status: response.status, error: body['error'], body }
}

function readToken(body: Readonly<Record<string, unknown>>) {
  const [header, payload] = String(body['access_token']).split('.')
  const read = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as Readonly<Record<string, unknown>>
  return { header: read(header), payload: read(payload) }
}

describe('an independent OAuth client', () => {
  it('discovers the server, gets a token, and finds it valid by its own rules', async () => {
    const url = new URL(issuer)
    const discovery = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...insecure })
    const authorizationServer = await oauth.processDiscoveryResponse(url, discovery)
    const client: oauth.Client = { client_id: 'one-stop-lc' }
    const jwk = clientPrivateKey.export({ format: 'jwk' })
    const key = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
    const answer = await oauth.processClientCredentialsResponse(
      authorizationServer,
      client,
      await oauth.clientCredentialsGrantRequest(
        authorizationServer,
        client,
        oauth.PrivateKeyJwt({ key, kid: 'desk-1' }),
        { scope: 'identity:verify' },
        insecure,
      ),
    )
    expect(answer).toMatchObject({ token_type: 'bearer', expires_in: 300, scope: 'identity:verify' })
    const request = new Request(`${issuer}/v1/payments`, {
      headers: { authorization: `Bearer ${answer.access_token}` },
    })
    const proven = await oauth.validateJwtAccessToken(authorizationServer, request, apiAudience(issuer), insecure)
    expect(proven).toMatchObject({ client_id: 'one-stop-lc', tenant: 'lao-cai' })
  })
})

describe('the command line', () => {
  const pair = createClientKeyPair()
  const commander = aClient({ id: 'command-line', jwks: { keys: [pair.publicJwk] } })

  it('signs an assertion with the key in a file and gets the token', async () => {
    extraClients.push(commander)
    const keyFile = join(temporaryFolder(), 'command-line.jwk')
    writeClientKeyFile(keyFile, pair)
    const token = await requestToken({ publicUrl: issuer, clientId: commander.id, keyFile, scope: 'business:read' })
    expect(readToken({ access_token: token }).payload).toMatchObject({
      client_id: 'command-line',
      scope: 'business:read',
    })
  })

  it("gives the server's words and a cure when it is refused, and nothing of the key", async () => {
    const keyFile = join(temporaryFolder(), 'stranger.jwk')
    writeClientKeyFile(keyFile, createClientKeyPair())
    await expect(requestToken({ publicUrl: issuer, clientId: 'one-stop-lc', keyFile })).rejects.toMatchObject({
      name: 'StartupError',
      message: 'the token server refused (401): invalid_client: client authentication failed',
    })
  })
})

describe('an issued token', () => {
  it('is an at+jwt of five minutes with exactly the claims of the profile', async () => {
    const { status, body } = await answerOf(await ask({ scope: 'identity:verify business:read' }))
    expect(status).toBe(200)
    const { header, payload } = readToken(body)
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: signingKey.kid })
    expect(payload).toEqual({
      iss: issuer,
      aud: apiAudience(issuer),
      sub: 'one-stop-lc',
      client_id: 'one-stop-lc',
      tenant: 'lao-cai',
      scope: 'identity:verify business:read',
      key_thumbprint: expect.stringMatching(/^[\w-]{43}$/) as unknown,
      jti: expect.any(String) as unknown,
      iat: expect.any(Number) as unknown,
      exp: Number(payload['iat']) + 300,
    })
  })

  it('opens the API', async () => {
    const { body } = await answerOf(await ask())
    const enter = createAuthenticate({
      issuer,
      audience: apiAudience(issuer),
      keys: signingKeysOf(signingKey),
      clock,
    })
    const principal = await enter(`Bearer ${String(body['access_token'])}`)
    expect(principal).toMatchObject({ clientId: 'one-stop-lc', tenant: 'lao-cai' })
  })

  it('carries everything granted when no scope is asked for', async () => {
    const { body } = await answerOf(await ask())
    expect(body['scope']).toBe('identity:verify business:read payment:create')
  })

  it('is not to be kept by anybody on the way, nor for pages', async () => {
    const response = await ask()
    expect(response.headers.get('cache-control')).toContain('no-store')
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('a token request is refused', () => {
  it.each<[string, () => Promise<Response>, number, string, string]>([
    [
      'for an unknown scope',
      () => ask({ scope: 'identity:verify root' }),
      400,
      'invalid_scope',
      'scope_unknown_or_not_granted',
    ],
    [
      'for a scope not granted',
      () => ask({ scope: 'payment:refund' }),
      400,
      'invalid_scope',
      'scope_unknown_or_not_granted',
    ],
    ['for openid', () => ask({ scope: 'openid' }), 400, 'invalid_scope', 'scope_unknown_or_not_granted'],
    [
      'with two spaces in the scope',
      () => ask({ scope: 'identity:verify  business:read' }),
      400,
      'invalid_scope',
      'scope_unknown_or_not_granted',
    ],
    [
      'of a client without scopes',
      () => post(aForm(signAssertionClaims(claims(of('idle'))))),
      400,
      'invalid_scope',
      'scope_unknown_or_not_granted',
    ],
    [
      'for another resource',
      () => ask({ resource: 'https://other.example' }),
      400,
      'invalid_target',
      'resource_unknown',
    ],
    [
      'with another grant',
      () => ask({ grant_type: 'authorization_code' }),
      400,
      'unsupported_grant_type',
      'grant_type_unknown',
    ],
    ['without a grant', () => ask({ grant_type: undefined }), 400, 'invalid_request', 'grant_type_missing'],
    ['without an assertion', () => ask({ client_assertion: undefined }), 401, 'invalid_client', 'assertion_missing'],
    [
      'with another assertion type',
      () => ask({ client_assertion_type: 'saml' }),
      401,
      'invalid_client',
      'assertion_type_unknown',
    ],
    ['with a secret too', () => ask({ client_secret: 'x' }), 401, 'invalid_client', 'other_authentication_method'],
    ['with another client_id', () => ask({ client_id: 'idle' }), 401, 'invalid_client', 'client_id_not_of_assertion'],
    [
      'of a disabled client',
      () => post(aForm(signAssertionClaims(claims(of('closed'))))),
      401,
      'invalid_client',
      'client_unknown_or_disabled',
    ],
    [
      'of an unknown client',
      () => post(aForm(signAssertionClaims(claims(of('nobody'))))),
      401,
      'invalid_client',
      'client_unknown_or_disabled',
    ],
    [
      'with aud as an array',
      () => post(aForm(signAssertionClaims(claims({ ...of('failing-1'), aud: [issuer] })))),
      401,
      'invalid_client',
      'aud_not_issuer',
    ],
    [
      'with aud as the endpoint',
      () => post(aForm(signAssertionClaims(claims({ ...of('failing-1'), aud: `${issuer}/oauth2/token` })))),
      401,
      'invalid_client',
      'aud_not_issuer',
    ],
    [
      'without jti',
      () => post(aForm(signAssertionClaims(claims({ ...of('failing-1'), jti: undefined })))),
      401,
      'invalid_client',
      'jti_unusable',
    ],
    [
      'with alg none',
      () => post(aForm(signAssertionClaims(claims(of('failing-2')), { alg: 'none', kid: 'desk-1' }))),
      401,
      'invalid_client',
      'algorithm_not_of_key',
    ],
    [
      'with an embedded key',
      () => post(aForm(signAssertionClaims(claims(of('failing-2')), { alg: 'ES256', kid: 'desk-1', jwk: {} }))),
      401,
      'invalid_client',
      'header_member_refused',
    ],
    [
      'with a Basic header',
      async () => post(aForm(signAssertionClaims(claims())), { headers: { authorization: 'Basic eDp5' } }),
      401,
      'invalid_client',
      'other_authentication_method',
    ],
    [
      'as JSON',
      () => post('{}', { headers: { 'content-type': 'application/json' } }),
      400,
      'invalid_request',
      'not_a_form',
    ],
    [
      'with a parameter twice',
      () =>
        post(`${aForm(signAssertionClaims(claims())).toString()}&grant_type=client_credentials`, {
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        }),
      400,
      'invalid_request',
      'parameter_repeated',
    ],
    ['with a body of 17 KiB', () => ask({ filler: 'x'.repeat(17_408) }), 413, 'invalid_request', 'body_too_large'],
    [
      'with parameters in the URL',
      () => fetch(`${issuer}/oauth2/token?scope=x`, { method: 'POST', body: aForm('x') }),
      400,
      'invalid_request',
      'parameters_in_url',
    ],
  ])('%s', async (_name, send, status, error, reason) => {
    reasons.length = 0
    expect(await answerOf(await send())).toMatchObject({ status, error })
    expect(reasons).toEqual([reason])
  })

  it('with one and the same answer, whatever the proof lacked', async () => {
    const wrongs = [
      claims(of('nobody')),
      claims({ ...of('failing-3'), aud: 'x' }),
      claims({ ...of('failing-3'), iat: 1 }),
    ]
    const bodies = await Promise.all(
      wrongs.map(async (wrong) => (await post(aForm(signAssertionClaims(wrong)))).text()),
    )
    expect(new Set(bodies).size).toBe(1)
  })

  it('the second time the same assertion comes, even when both race', async () => {
    const assertion = signAssertionClaims(claims())
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(aForm(assertion))))
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 401, 401, 401])
  })

  it('for a while after five failures in a row, and only there', async () => {
    const bad = () => post(aForm(signAssertionClaims(claims({ ...of('failing-4'), aud: 'x' }))))
    for (let count = 0; count < 5; count++) expect((await bad()).status).toBe(401)
    const held = await post(aForm(signAssertionClaims(claims(of('failing-4')))))
    expect(held.status).toBe(429)
    expect(held.headers.get('retry-after')).toBe('1')
    expect((await post(aForm(signAssertionClaims(claims(of('failing-5')))))).status).toBe(200)
  })
})

describe('trouble of ours', () => {
  it('is passed on as such when the rows cannot be written, and no token leaves', async () => {
    const before = rows
    rows = { ...before, insertOnce: () => Promise.reject(new GatewayError('storage_unavailable', 'down')) }
    const response = await ask()
    rows = before
    expect({ status: response.status, text: await response.text() }).toEqual({
      status: 503,
      text: 'storage_unavailable',
    })
  })
})

describe('the metadata', () => {
  it('advertises only what exists', async () => {
    const metadata = (await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json()) as object
    expect(metadata).toMatchObject({
      issuer,
      token_endpoint: `${issuer}/oauth2/token`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['ES256', 'EdDSA', 'PS256'],
    })
    expect(metadata).not.toHaveProperty('authorization_endpoint')
  })
})
