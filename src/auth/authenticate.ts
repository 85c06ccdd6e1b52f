/**
 * Who is asking: the access token of a request (RFC 9068, RFC 6750 header form only) becomes a `Principal`. The signature is
 * checked once per token and then remembered for seconds by the SHA-256 of its exact bytes; expiry is looked at every time.
 */
import { hash } from 'node:crypto'
import type { Clock } from '#domain/clock.ts'
import type { ExactJsonObject } from '#domain/compact-form.ts'
import { GatewayError } from '#domain/errors.ts'
import { scopes as knownScopes, type Principal, type Scope } from '#domain/principal.ts'
import type { SigningKeys } from './key-set.ts'
import { isAccepted } from './published-keys.ts'
import type { Registrations } from './registrations.ts'
import { openSignedToken, TokenRefused } from './signed-token.ts'
import { accessTokenLifetimeSeconds, clockSkewSeconds } from './token-profile.ts'

export interface AuthenticateDeps {
  readonly issuer: string
  /** Our resource id: `apiAudience(issuer)`. */
  readonly audience: string
  readonly keys: SigningKeys
  readonly clock: Clock
  /** Where given, tokens of clients that were disabled since stop working within seconds. */
  readonly registrations?: Pick<Registrations, 'find'>
}

interface Verified {
  readonly principal: Principal
  readonly expiresAtMs: number
}

/** Revocation and rotation must bite soon; 30 s is the longest a verdict may be remembered. */
const maxRememberedMs = 30_000
/** A few clients with a few tokens each; the bound is for floods. */
const maxRemembered = 10_000

/** From the `Authorization` header to the principal. Throws `GatewayError('invalid_token')`, or what the client store throws. */
export function createAuthenticate(deps: AuthenticateDeps): (authorization: string | undefined) => Promise<Principal> {
  const { clock, registrations } = deps
  const remembered = new Map<string, Verified & { readonly untilMonotonicMs: number }>()

  async function verified(token: string): Promise<Principal> {
    const digest = hash('sha256', token, 'base64url')
    const known = remembered.get(digest)
    // Two clocks: the wall says when a token expires, and only the one that never jumps says how long ago we looked.
    if (known !== undefined && clock.nowMs() < known.expiresAtMs && clock.monotonicMs() < known.untilMonotonicMs) {
      return known.principal
    }
    remembered.delete(digest)
    const fresh = await verifyAccessToken(token, deps)
    remembered.set(digest, { ...fresh, untilMonotonicMs: clock.monotonicMs() + maxRememberedMs })
    const [oldest] = remembered.keys()
    if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest)
    return fresh.principal
  }

  return async (authorization) => {
    try {
      const principal = await verified(bearerToken(authorization))
      const registration = registrations && (await registrations.find(principal.clientId))
      if (registrations && registration?.client.tenant !== principal.tenant) throw new TokenRefused('client_disabled')
      return principal
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error
      throw new GatewayError('invalid_token', `the access token is not accepted: ${error.reason}`, { cause: error })
    }
  }
}

/** RFC 6750 section 2.1. The scheme is case-insensitive, one space, nothing around it. */
function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) throw new TokenRefused('authorization_missing')
  const token = /^bearer ([\x21-\x7e]+)$/i.exec(authorization)?.[1]
  if (token === undefined) throw new TokenRefused('not_a_bearer_token')
  return token
}

async function verifyAccessToken(
  token: string,
  { issuer, audience, keys, clock }: AuthenticateDeps,
): Promise<Verified> {
  const nowMs = clock.nowMs()
  const { claims } = await openSignedToken(token, {
    types: ['at+jwt'],
    keyOf: (kid) => {
      const key = keys.find(kid)
      return key !== undefined && isAccepted(key, nowMs) ? key : undefined
    },
  })
  return readAccessTokenClaims(claims, { issuer, audience, nowMs })
}

/** The rules on the claims of an access token, first broken one first. Throws `TokenRefused`. */
function readAccessTokenClaims(
  claims: ExactJsonObject,
  { issuer, audience, nowMs }: { readonly issuer: string; readonly audience: string; readonly nowMs: number },
): Verified {
  const { iss, aud, sub, client_id: clientId, tenant, jti, iat, exp, scope, cnf, key_thumbprint: thumbprint } = claims
  const now = Math.floor(nowMs / 1_000)
  if (iss !== issuer) throw new TokenRefused('iss_unknown')
  if (aud !== audience) throw new TokenRefused('aud_not_this_api')
  if (typeof exp !== 'number' || exp <= now) throw new TokenRefused('expired')
  if (typeof iat !== 'number' || iat > now + clockSkewSeconds) throw new TokenRefused('iat_in_future')
  if (exp - iat > accessTokenLifetimeSeconds) throw new TokenRefused('lifetime_too_long')
  // A bound token shown without its proof of possession is a stolen one; there are no bound tokens here yet.
  if (cnf !== undefined) throw new TokenRefused('sender_constrained')
  if (!isName(clientId) || sub !== clientId) throw new TokenRefused('client_id_missing')
  if (!isName(tenant)) throw new TokenRefused('tenant_missing')
  if (!isName(jti)) throw new TokenRefused('jti_missing')
  return {
    principal: {
      tenant,
      clientId,
      scopes: readScopes(scope),
      tokenId: jti,
      ...(isName(thumbprint) ? { keyThumbprint: thumbprint } : {}),
    },
    expiresAtMs: exp * 1_000,
  }
}

const isName = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 256

function readScopes(scope: unknown): ReadonlySet<Scope> {
  if (typeof scope !== 'string') throw new TokenRefused('scope_missing')
  const names = scope.split(' ')
  const known = knownScopes.filter((name) => names.includes(name))
  if (known.length !== names.length) throw new TokenRefused('scope_unknown')
  return new Set(known)
}
