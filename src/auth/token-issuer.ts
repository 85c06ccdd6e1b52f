/**
 * oidc-provider, set up for one thing: an RFC 9068 access token for a client that proved itself. It is asked with a request
 * of our own making, so that nothing a stranger put into a header, a URL or a repeated parameter reaches it.
 */
import { IncomingMessage, type ServerResponse } from 'node:http'
import { finished } from 'node:stream/promises'
import { Provider } from 'oidc-provider'
import type { Log } from '#domain/log.ts'
import { scopes as knownScopes } from '#domain/principal.ts'
import type { AuthenticatedClient } from './client-assertion.ts'
import type { SigningKey, SigningKeys } from './key-set.ts'
import { createOidcAdapter, type OidcAdapterDeps } from './oidc-adapter.ts'
import { accessTokenLifetimeSeconds, clockSkewSeconds, jwksPath, tokenEndpointPath } from './token-profile.ts'

export interface TokenIssuerDeps extends OidcAdapterDeps {
  readonly issuer: string
  readonly audience: string
  readonly keys: SigningKeys
  readonly log: Log
}

interface Grant {
  readonly authenticated: AuthenticatedClient
  readonly assertion: string
  /** Space-separated, each granted to the client. */
  readonly scope: string
}

/** Answers `response` with a token for `grant`. Resolves when the answer has been handed to the socket. */
export type IssueToken = (original: IncomingMessage, response: ServerResponse, grant: Grant) => Promise<void>

export function createTokenIssuer(deps: TokenIssuerDeps): IssueToken {
  const grants = new WeakMap<IncomingMessage, Grant>()
  let provider: { readonly kid: string; readonly answer: ReturnType<Provider['callback']> } | undefined

  /** The provider reads its keys once; a rotation makes a new one. */
  function currentProvider(): ReturnType<Provider['callback']> {
    const key = deps.keys.current()
    if (provider?.kid !== key.kid) {
      provider = { kid: key.kid, answer: createProvider(deps, key, (request) => grants.get(request)).callback() }
    }
    return provider.answer
  }

  return async (original, response, grant) => {
    const request = tokenRequest(original, deps, grant)
    grants.set(request, grant)
    const sent = finished(response).catch(() => undefined)
    await currentProvider()(request, response)
    await sent
  }
}

/** The same question, asked in our words. */
function tokenRequest(original: IncomingMessage, { issuer, audience }: TokenIssuerDeps, grant: Grant): IncomingMessage {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: grant.assertion,
    scope: grant.scope,
    resource: audience,
  }).toString()
  const request = new IncomingMessage(original.socket)
  request.method = 'POST'
  request.url = tokenEndpointPath
  request.headers = {
    host: new URL(issuer).host,
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(Buffer.byteLength(body)),
  }
  // Whole as it stands: an incomplete message would take the client's socket down with it when it is done.
  request.complete = true
  request.push(body)
  request.push(null)
  return request
}

function createProvider(
  { issuer, audience, log, ...adapterDeps }: TokenIssuerDeps,
  signingKey: SigningKey,
  grantOf: (request: IncomingMessage) => Grant | undefined,
): Provider {
  const provider = new Provider(issuer, {
    adapter: createOidcAdapter(adapterDeps),
    jwks: {
      keys: [{ ...signingKey.privateKey.export({ format: 'jwk' }), kid: signingKey.kid, alg: 'ES256', use: 'sig' }],
    },
    routes: { token: tokenEndpointPath, jwks: jwksPath },
    scopes: [...knownScopes],
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ['ES256', 'EdDSA', 'PS256'], idTokenSigningAlgValues: ['ES256'] },
    clockTolerance: clockSkewSeconds,
    responseTypes: [],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      dPoP: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: () => ({
          audience,
          scope: knownScopes.join(' '),
          accessTokenFormat: 'jwt',
          accessTokenTTL: accessTokenLifetimeSeconds,
          jwt: { sign: { alg: 'ES256', kid: signingKey.kid } },
        }),
      },
    },
    ttl: { ClientCredentials: accessTokenLifetimeSeconds },
    extraTokenClaims: (context) => {
      const grant = grantOf(context.req)
      if (grant === undefined) throw new Error('a token without a grant')
      return { tenant: grant.authenticated.client.tenant, key_thumbprint: grant.authenticated.key.thumbprint }
    },
  })
  provider.use(async (context, next) => {
    await next()
    // Confidential clients are servers: no page of any origin has business here.
    context.remove('Access-Control-Allow-Origin')
    context.remove('Access-Control-Expose-Headers')
    context.remove('Vary')
  })
  provider.on('grant.error', (_context, error) =>
    log.error(
      { operation: 'issueToken', reason: error.error, error },
      'the token server refused what had passed our checks',
    ),
  )
  provider.on('server_error', (_context, error) =>
    log.error({ operation: 'issueToken', error }, 'the token server failed'),
  )
  return provider
}
