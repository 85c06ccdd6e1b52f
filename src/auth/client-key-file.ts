/** A client's own private key on its own disk: a JWK with `kid` and `alg`, mode 0600, never overwritten. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { StartupError } from '#domain/errors.ts'
import { acceptKey, thumbprintOf, type AssertionAlgorithm } from './registered-key.ts'

export interface ClientKey {
  readonly kid: string
  readonly alg: AssertionAlgorithm
  readonly privateKey: KeyObject
  /** What is registered at the gateway. */
  readonly publicJwk: Readonly<Record<string, string>>
}

export interface ClientKeyPair {
  readonly privateJwk: Readonly<Record<string, unknown>>
  readonly publicJwk: Readonly<Record<string, unknown>>
}

/** A new ES256 key pair, named by its RFC 7638 thumbprint. */
export function createClientKeyPair(): ClientKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty = '', crv = '', x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const description = { kid: thumbprintOf({ crv, kty, x, y }), alg: 'ES256', use: 'sig' }
  return {
    privateJwk: { ...description, ...privateKey.export({ format: 'jwk' }) },
    publicJwk: { ...description, kty, crv, x, y },
  }
}

/** Writes a private key to `file`, which must not exist yet. Throws `StartupError`. */
export function writeClientKeyFile(file: string, { privateJwk }: ClientKeyPair): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, `${JSON.stringify(privateJwk, undefined, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true })
  } catch (cause) {
    const isTaken = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    throw new StartupError(isTaken ? `${file} exists already` : `${file} cannot be written`, {
      cure: isTaken
        ? 'Name another file: a private key is never overwritten.'
        : 'Name a file in a folder you can write to.',
      cause,
    })
  }
}

/** Reads a private JWK. Throws `StartupError` naming the file and the cure; nothing of the key is in it. */
export function readClientKeyFile(file: string): ClientKey {
  try {
    if ((statSync(file).mode & 0o077) !== 0) throw new Error('it can be read by others; chmod 600 it')
    const jwk = parse(readFileSync(file, 'utf8'))
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
    const publicMembers = createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'jwk' })
    const { kid, alg, jwk: publicJwk } = acceptKey({ ...publicMembers, kid: jwk['kid'], alg: jwk['alg'] })
    return { kid, alg, privateKey, publicJwk }
  } catch (cause) {
    throw new StartupError(
      `the client key ${file} cannot be used: ${cause instanceof Error ? cause.message : 'unknown'}`,
      {
        cure: 'Name the private JWK of a registered client with --key, with `kid` and `alg`; `clients add` makes one.',
      },
    )
  }
}

/** The parser's own message would quote the file, and the file is a secret. */
function parse(text: string): JsonWebKey & Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as JsonWebKey & Readonly<Record<string, unknown>>
  } catch {
    throw new Error('it is not JSON')
  }
}
