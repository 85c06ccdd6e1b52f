/**
 * Public keys of clients are judged once, at registration, so that no weak, ambiguous or foreign key ever stands behind a
 * signature check: RFC 7517, RFC 8037, FAPI 2.0 section 5.4, and the cases the Wycheproof project collected.
 */
import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import { canonicalJson } from '#domain/canonical-json.ts'
import { isWeakEdwardsPoint } from './edwards-point.ts'
import { rsaWeakness } from './rsa-weakness.ts'

export const assertionAlgorithms = ['ES256', 'EdDSA', 'PS256'] as const
/** A key is registered for one algorithm and used with no other. */
export type AssertionAlgorithm = (typeof assertionAlgorithms)[number]

export interface RegisteredKey {
  readonly kid: string
  readonly alg: AssertionAlgorithm
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string
  readonly publicKey: KeyObject
  /** The public JWK, only members of ours. */
  readonly jwk: Readonly<Record<string, string>>
}

/** A key that cannot be registered. The message says why and holds no key material. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused'
}

const maxKeys = 8
const maxKeySetLength = 32_768

/** Every key of a JWK Set by value. Throws `KeyRefused` for the first key that is not acceptable, or for two that collide. */
export function acceptKeySet(jwks: unknown): readonly RegisteredKey[] {
  const keys = (jwks as { keys?: unknown } | null)?.keys
  if (!Array.isArray(keys)) throw new KeyRefused('a JWK Set has an array `keys`')
  if (keys.length === 0 || keys.length > maxKeys) throw new KeyRefused(`a client has 1 to ${maxKeys} keys`)
  if (JSON.stringify(keys).length > maxKeySetLength) throw new KeyRefused('the JWK Set is larger than 32 KiB')
  const accepted = keys.map(acceptKey)
  refuseTwins(accepted, ({ kid }) => kid, 'two keys share one kid')
  refuseTwins(accepted, ({ thumbprint }) => thumbprint, 'the same key is given twice')
  return accepted
}

/** One key. Throws `KeyRefused`. */
export function acceptKey(jwk: unknown): RegisteredKey {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) throw new KeyRefused('a JWK is an object')
  const members = jwk as Readonly<Record<string, unknown>>
  refuseForeignMembers(members)
  refuseForeignUse(members)
  const kid = members['kid']
  if (typeof kid !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(kid)) {
    throw new KeyRefused('`kid` is required: 1 to 128 visible ASCII characters')
  }
  const material = readMaterial(members)
  if (members['alg'] !== material.alg) throw new KeyRefused(`this key needs \`alg\` ${material.alg}`)
  return {
    kid,
    alg: material.alg,
    thumbprint: thumbprintOf(material.required),
    publicKey: importKey(material.required),
    jwk: { kid, alg: material.alg, use: 'sig', ...material.required },
  }
}

/** RFC 7638: SHA-256 over the required members in canonical order, base64url. */
export const thumbprintOf = (required: Readonly<Record<string, string>>): string =>
  hash('sha256', canonicalJson(required), 'base64url')

const privateMembers = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])
const knownMembers = new Set(['kty', 'kid', 'alg', 'use', 'key_ops', 'ext', 'crv', 'x', 'y', 'n', 'e'])

function refuseForeignMembers(members: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(members)) {
    if (privateMembers.has(name)) throw new KeyRefused('a private or symmetric key must never leave its owner')
    if (!knownMembers.has(name)) throw new KeyRefused(`the member \`${name.slice(0, 32)}\` is not accepted`)
  }
}

function refuseForeignUse({ use, key_ops: operations }: Readonly<Record<string, unknown>>): void {
  if (use !== undefined && use !== 'sig') throw new KeyRefused('`use` must be sig')
  if (operations === undefined) return
  if (!Array.isArray(operations) || operations.length !== 1 || operations[0] !== 'verify') {
    throw new KeyRefused('`key_ops` must be ["verify"]')
  }
}

interface Material {
  readonly alg: AssertionAlgorithm
  /** The members a thumbprint covers. */
  readonly required: Readonly<Record<string, string>>
}

function readMaterial(members: Readonly<Record<string, unknown>>): Material {
  const { kty, crv } = members
  if (kty === 'EC' && crv === 'P-256') {
    refuseMembers(members, ['n', 'e'])
    return { alg: 'ES256', required: { crv, kty, x: octets(members, 'x', 32), y: octets(members, 'y', 32) } }
  }
  if (kty === 'OKP' && crv === 'Ed25519') {
    refuseMembers(members, ['n', 'e', 'y'])
    const x = octets(members, 'x', 32)
    if (isWeakEdwardsPoint(Buffer.from(x, 'base64url'))) throw new KeyRefused('`x` is not a point of full order')
    return { alg: 'EdDSA', required: { crv, kty, x } }
  }
  if (kty === 'RSA') {
    refuseMembers(members, ['crv', 'x', 'y'])
    const [n, e] = [octets(members, 'n'), octets(members, 'e')]
    const weakness = rsaWeakness(Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url'))
    if (weakness !== undefined) throw new KeyRefused(weakness)
    return { alg: 'PS256', required: { e, kty, n } }
  }
  throw new KeyRefused('accepted are EC P-256, OKP Ed25519 and RSA')
}

/** Members of another key type make one text mean two keys. */
function refuseMembers(members: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  if (names.some((name) => name in members)) throw new KeyRefused('members of another key type are mixed in')
}

/** Canonical base64url, of `length` octets where a curve fixes it, else an integer without leading zeros (RFC 7518 section 2). */
function octets(members: Readonly<Record<string, unknown>>, name: string, length?: number): string {
  const text = members[name]
  if (typeof text !== 'string') throw new KeyRefused(`\`${name}\` is missing`)
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text) throw new KeyRefused(`\`${name}\` is not canonical base64url`)
  const isRightSize = length === undefined ? bytes.length > 0 && bytes[0] !== 0 : bytes.length === length
  if (!isRightSize) throw new KeyRefused(`\`${name}\` has the wrong length`)
  return text
}

/** OpenSSL refuses points that are not on the curve. */
function importKey(required: Readonly<Record<string, string>>): KeyObject {
  try {
    return createPublicKey({ key: required, format: 'jwk' })
  } catch (cause) {
    throw new KeyRefused('the key material is not a valid public key', { cause })
  }
}

function refuseTwins(keys: readonly RegisteredKey[], by: (key: RegisteredKey) => string, refusal: string): void {
  if (new Set(keys.map(by)).size !== keys.length) throw new KeyRefused(refusal)
}
