/**
 * `POST /oauth2/token` and the documents about it. Our checks stand in front of oidc-provider, because they are stricter in
 * what they accept (see client-assertion.ts) and refuse unknown scopes, which it would drop without a word.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '#domain/clock.ts'
import { assertNever } from '#domain/errors.ts'
import type { Log } from '#domain/log.ts'
import type { ClientStore } from '#domain/ports/stores.ts'
import { scopes as knownScopes, type Client } from '#domain/principal.ts'
import { authenticateClient, claimedClient, type AuthenticatedClient } from './client-assertion.ts'
import { createFailureBackoff, type FailureBackoff } from './failure-backoff.ts'
import type { SigningKeys } from './key-set.ts'
import type { OidcRows } from './oidc-rows.ts'
import { accessTokenJwks } from './published-keys.ts'
import { assertionAlgorithms } from './registered-key.ts'
import { createRegistrations } from './registrations.ts'
import { TokenRefused } from './signed-token.ts'
import { createTokenIssuer } from './token-issuer.ts'
import { apiAudience, jwksPath, tokenEndpointPath } from './token-profile.ts'
import { readTokenRequest, TokenRequestError, type TokenRequest } from './token-request.ts'

export interface TokenEndpoint {
  /**
   * Answers a POST of a form whose body nobody has read. Resolves when the answer is sent; rejects, with nothing sent, only
   * for trouble of ours (`storage_unavailable`).
   */
  handler(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** RFC 8414. */
  readonly metadata: object
  /** RFC 7517, the keys of access tokens: to be cached 300 s at most. */
  jwks(): { readonly keys: readonly object[] }
}

export interface TokenEndpointDeps {
  /** `PUBLIC_URL`, exactly as clients write it into `aud`. */
  readonly issuer: string
  readonly clients: Pick<ClientStore, 'find'>
  readonly oidcStore: OidcRows
  readonly keys: SigningKeys
  readonly clock: Clock
  readonly log: Log
}

export function createTokenEndpoint({
  issuer,
  clients,
  oidcStore: rows,
  keys,
  clock,
  log,
}: TokenEndpointDeps): TokenEndpoint {
  const audience = apiAudience(issuer)
  const registrations = createRegistrations({ clients, clock })
  const issueToken = createTokenIssuer({ issuer, audience, keys, registrations, rows, clock, log })
  const backoff = createFailureBackoff(clock)
  const checks = { issuer, registrations, rows, clock }

  return {
    async handler(request, response) {
      try {
        const asked = await readTokenRequest(request, audience)
        const client = await withBackoff(backoff, failureKey(request, asked), () => prove(asked))
        await issueToken(request, response, {
          authenticated: client,
          assertion: asked.assertion,
          scope: grantedScope(client.client, asked.scope),
        })
      } catch (error) {
        if (!(error instanceof TokenRequestError)) throw error
        log.warn({ operation: 'issueToken', code: error.code, reason: error.reason }, 'token request refused')
        refuse(response, error)
      }
    },
    metadata: metadataOf(issuer),
    jwks: () => accessTokenJwks(keys, clock.nowMs()),
  }

  async function prove({ assertion, clientId }: TokenRequest): Promise<AuthenticatedClient> {
    const proven = await authenticateClient(assertion, checks)
    if (clientId !== undefined && clientId !== proven.client.id) throw new TokenRefused('client_id_not_of_assertion')
    return proven
  }
}

/** Looks at the assertion unless too many before it failed; every failure of proof is the same `invalid_client` outside. */
async function withBackoff<T>(backoff: FailureBackoff, who: string, authenticate: () => Promise<T>): Promise<T> {
  const remainingMs = backoff.remainingMs(who)
  if (remainingMs > 0) {
    throw new TokenRequestError('slow_down', 'too_many_failures', { retryAfterSeconds: Math.ceil(remainingMs / 1_000) })
  }
  try {
    const proven = await authenticate()
    backoff.succeeded(who)
    return proven
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error
    backoff.failed(who)
    throw new TokenRequestError('invalid_client', error.reason, { cause: error })
  }
}

/** Client and address together. What names no client counts for the address. */
function failureKey(request: IncomingMessage, { assertion }: TokenRequest): string {
  const address = request.socket.remoteAddress ?? ''
  try {
    return `${address} ${claimedClient(assertion)}`
  } catch {
    return address
  }
}

/** What is asked for, else all that is granted. Unknown and ungranted scopes look the same from outside. */
function grantedScope({ scopes }: Client, asked: string | undefined): string {
  const names = asked === undefined ? scopes : [...new Set(asked.split(' '))]
  if (names.length === 0 || !names.every((name) => (scopes as readonly string[]).includes(name))) {
    throw new TokenRequestError('invalid_scope', 'scope_unknown_or_not_granted')
  }
  return names.join(' ')
}

function refuse(response: ServerResponse, error: TokenRequestError): void {
  const body = JSON.stringify({ error: error.code, error_description: descriptionOf(error) })
  response.writeHead(statusOf(error), {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(body),
    // A body that was not read to its end would be taken for the next request.
    ...(error.reason === 'body_too_large' ? { Connection: 'close' } : {}),
    ...(error.retryAfterSeconds === undefined ? {} : { 'Retry-After': error.retryAfterSeconds }),
  })
  response.end(body)
}

function statusOf({ code, reason }: TokenRequestError): number {
  if (code === 'invalid_client') return 401
  if (code === 'slow_down') return 429
  return reason === 'body_too_large' ? 413 : 400
}

function descriptionOf({ code }: TokenRequestError): string {
  switch (code) {
    case 'invalid_client':
      return 'client authentication failed'
    case 'invalid_request':
      return 'the request is not a token request: a form, each parameter once, none in the URL'
    case 'unsupported_grant_type':
      return 'the only grant type is client_credentials'
    case 'invalid_scope':
      return 'a requested scope is unknown or not granted to this client'
    case 'invalid_target':
      return 'the requested resource is unknown'
    case 'slow_down':
      return 'too many failed attempts; wait as long as Retry-After says'
    default:
      return assertNever(code)
  }
}

/**
 * RFC 8414. Written here: the document of oidc-provider always advertises an authorization endpoint and response types,
 * and this server has neither.
 */
function metadataOf(issuer: string): object {
  return {
    issuer,
    token_endpoint: `${issuer}${tokenEndpointPath}`,
    jwks_uri: `${issuer}${jwksPath}`,
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    scopes_supported: knownScopes,
  }
}
