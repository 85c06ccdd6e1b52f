/** The client's side of the token endpoint: the assertion our own rules ask for (client-assertion.ts), for the command line and the demo. */
import { SignJWT } from 'jose'
import type { ClientKey } from './client-key-file.ts'

export interface AssertionRequest {
  readonly clientId: string
  readonly key: ClientKey
  /** The issuer exactly as its metadata writes it. */
  readonly issuer: string
  readonly nowMs: number
  /** Unique, 16 to 128 characters. */
  readonly jti: string
}

const lifetimeSeconds = 60

export function signAssertion({ clientId, key, issuer, nowMs, jti }: AssertionRequest): Promise<string> {
  const now = Math.floor(nowMs / 1_000)
  return new SignJWT({ iss: clientId, sub: clientId, aud: issuer, jti, iat: now, exp: now + lifetimeSeconds })
    .setProtectedHeader({ alg: key.alg, typ: 'client-authentication+jwt', kid: key.kid })
    .sign(key.privateKey)
}
