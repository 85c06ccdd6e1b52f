/**
 * One way to open a signed token: strict text, then a key of ours, then the algorithm that key is registered for, then
 * the signature. Nothing in the token chooses a key, an algorithm or a place to fetch either from (RFC 8725).
 */
import type { KeyObject } from 'node:crypto'
import { compactVerify } from 'jose'
import {
  CompactFormError,
  readClaims,
  readCompactForm,
  type CompactForm,
  type ExactJsonObject,
} from '#domain/compact-form.ts'

export interface VerificationKey {
  readonly kid: string
  readonly alg: string
  readonly publicKey: KeyObject
}

/** A token that is not to be believed. `reason` is for the log and the audit trail, never for the sender. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
  readonly reason: string

  constructor(reason: string, options?: { cause?: unknown }) {
    super(`token refused: ${reason}`, options)
    this.reason = reason
  }
}

export interface OpenedToken<Key extends VerificationKey> {
  readonly claims: ExactJsonObject
  readonly key: Key
}

export interface OpeningRules<Key extends VerificationKey> {
  /** The values of `typ` this use accepts; `undefined` stands for its absence. */
  readonly types: readonly (string | undefined)[]
  readonly keyOf: (kid: string) => Key | undefined
}

/** The claims of `token`, whose signature holds. Says nothing about whether they are acceptable. Throws `TokenRefused`. */
export async function openSignedToken<Key extends VerificationKey>(
  token: string,
  rules: OpeningRules<Key>,
): Promise<OpenedToken<Key>> {
  const form = readForm(token)
  if (!rules.types.includes(form.header.typ)) throw new TokenRefused('wrong_typ')
  const claims = readClaimsOf(form)
  return { claims, key: await verifySignature(token, form, rules.keyOf) }
}

/** The key whose signature `token` carries. `form` is what `readCompactForm` made of that very text. Throws `TokenRefused`. */
export async function verifySignature<Key extends VerificationKey>(
  token: string,
  form: CompactForm,
  keyOf: (kid: string) => Key | undefined,
): Promise<Key> {
  const key = keyOf(form.header.kid)
  if (key === undefined) throw new TokenRefused('unknown_kid')
  if (form.header.alg !== key.alg) throw new TokenRefused('algorithm_not_of_key')
  try {
    await compactVerify(token, key.publicKey, { algorithms: [key.alg] })
  } catch (cause) {
    throw new TokenRefused('signature_invalid', { cause })
  }
  return key
}

export function readForm(token: string): CompactForm {
  return translated(() => readCompactForm(token))
}

export function readClaimsOf(form: CompactForm): ExactJsonObject {
  return translated(() => readClaims(form))
}

function translated<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof CompactFormError) throw new TokenRefused(error.reason, { cause: error })
    throw error
  }
}
