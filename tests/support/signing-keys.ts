/** Key pairs of ours in memory, for tests that need no key directory. */
import { generateKeyPairSync } from 'node:crypto'
import type { SigningKey, SigningKeys } from '#auth/key-set.ts'

export function aSigningKey(differing: Partial<SigningKey> = {}): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = differing.kid ?? 'key-1'
  const jwk = { kid, alg: 'ES256', use: 'sig', ...(publicKey.export({ format: 'jwk' }) as Record<string, string>) }
  return { kid, alg: 'ES256', privateKey, publicKey, jwk, usedFromMs: 0, ...differing }
}

/** The last key signs. */
export const signingKeysOf = (...keys: readonly [SigningKey, ...SigningKey[]]): SigningKeys => ({
  current: () => keys.at(-1) ?? keys[0],
  all: () => keys,
  find: (kid) => keys.find((key) => key.kid === kid),
})
