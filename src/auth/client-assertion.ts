/**
 * A client proves who it is by a signed assertion (RFC 7523, FAPI 2.0). oidc-provider checks it too, but accepts an array or
 * the token endpoint's URL as `aud` and old or long-lived assertions; these checks stand in front of it.
 */
import type { Clock } from '#domain/clock.ts'
import type { ExactJsonObject } from '#domain/compact-form.ts'
import type { OidcRows } from './oidc-rows.ts'
import type { RegisteredKey } from './registered-key.ts'
import type { Registration, Registrations } from './registrations.ts'
import { openSignedToken, readClaimsOf, readForm, TokenRefused } from './signed-token.ts'
import { clockSkewSeconds } from './token-profile.ts'

export interface AuthenticatedClient extends Registration {
  /** The key that signed the assertion. */
  readonly key: RegisteredKey
}

export interface AssertionChecks {
  readonly issuer: string
  readonly registrations: Registrations
  readonly rows: Pick<OidcRows, 'insertOnce'>
  readonly clock: Clock
}

/** `client-authentication+jwt` is what new libraries send; most still send `JWT` or nothing. */
const types = ['client-authentication+jwt', 'JWT', undefined] as const
const maxLifetimeSeconds = 60
const maxAgeSeconds = 60
/** An assertion's jti stays taken this much longer than the assertion lives: clocks of replicas differ. */
const replayMarginSeconds = 60

/** Who signed `assertion`. It is used up by this, durably. Throws `TokenRefused`, or what the stores throw. */
export async function authenticateClient(
  assertion: string,
  { issuer, registrations, rows, clock }: AssertionChecks,
): Promise<AuthenticatedClient> {
  const registration = await registrations.findNow(claimedClient(assertion))
  if (registration === undefined) throw new TokenRefused('client_unknown_or_disabled')
  const { claims, key } = await openSignedToken(assertion, {
    types,
    keyOf: (kid) => registration.keys.find((registered) => registered.kid === kid),
  })
  const { jti, exp } = checkAssertionClaims(claims, { clientId: registration.client.id, issuer, nowMs: clock.nowMs() })
  const isFirst = await rows.insertOnce(
    {
      kind: 'ClientAssertion',
      id: JSON.stringify([registration.client.id, jti]),
      expiresAtMs: (exp + replayMarginSeconds) * 1_000,
    },
    clock.nowMs(),
  )
  if (!isFirst) throw new TokenRefused('jti_replayed')
  return { ...registration, key }
}

/** Who the assertion says it is from, before anything is proven: only good for finding the keys to prove it with. */
export function claimedClient(assertion: string): string {
  const { sub } = readClaimsOf(readForm(assertion))
  if (typeof sub !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(sub)) throw new TokenRefused('sub_unusable')
  return sub
}

interface Expected {
  readonly clientId: string
  readonly issuer: string
  readonly nowMs: number
}

/** The rules on the claims of a client assertion, first broken one first. Throws `TokenRefused`. */
function checkAssertionClaims(
  claims: ExactJsonObject,
  { clientId, issuer, nowMs }: Expected,
): { readonly jti: string; readonly exp: number } {
  const { iss, sub, aud, jti, iat, exp, nbf } = claims
  const now = Math.floor(nowMs / 1_000)
  if (iss !== clientId) throw new TokenRefused('iss_not_client')
  if (sub !== clientId) throw new TokenRefused('sub_not_client')
  if (aud !== issuer) throw new TokenRefused('aud_not_issuer')
  if (typeof jti !== 'string' || jti.length < 16 || jti.length > 128) throw new TokenRefused('jti_unusable')
  if (typeof iat !== 'number') throw new TokenRefused('iat_missing')
  if (typeof exp !== 'number') throw new TokenRefused('exp_missing')
  if (!isRecent(iat, now)) throw new TokenRefused('iat_out_of_window')
  if (nbf !== undefined && (typeof nbf !== 'number' || !isRecent(nbf, now))) throw new TokenRefused('nbf_out_of_window')
  if (exp <= now) throw new TokenRefused('expired')
  if (exp <= iat || exp - iat > maxLifetimeSeconds) throw new TokenRefused('lifetime_too_long')
  return { jti, exp }
}

const isRecent = (seconds: number, now: number): boolean =>
  seconds >= now - maxAgeSeconds && seconds <= now + clockSkewSeconds
