/** A registered one-stop system and the key it signs its assertions with. */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import type { ClientStore } from '#domain/ports/stores.ts'
import type { Client } from '#domain/principal.ts'
import { signCompact, type Part } from './compact-tokens.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })

export const aClient = (differing: Partial<Client> = {}): Client => ({
  id: 'one-stop-lc',
  tenant: 'lao-cai',
  name: 'One-stop system of Lào Cai',
  scopes: ['identity:verify', 'business:read', 'payment:create'],
  jwks: { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'desk-1', alg: 'ES256' }] },
  returnOrigins: ['https://one-stop.example'],
  ...differing,
})

/** The key of every `aClient` that was not given another. */
export const clientPrivateKey = pair.privateKey

export const clientsOf = (...clients: readonly Client[]): Pick<ClientStore, 'find'> => ({
  find: async (id) => clients.find((client) => client.id === id),
})

/** The claims of a correct assertion of `aClient` at `nowMs`. */
export function assertionClaims(issuer: string, nowMs: number): Record<string, unknown> {
  const now = Math.floor(nowMs / 1_000)
  return { iss: 'one-stop-lc', sub: 'one-stop-lc', aud: issuer, jti: randomUUID(), iat: now, exp: now + 60 }
}

export const signAssertionClaims = (
  claims: object,
  header: Part = { alg: 'ES256', typ: 'client-authentication+jwt', kid: 'desk-1' },
): string => signCompact(header, claims, pair.privateKey)
