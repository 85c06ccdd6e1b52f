/** The key directory on disk. Files are 0600, complete or absent, and numbered: two processes never make the same number. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
  type JsonWebKey,
} from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#domain/clock.ts'
import { StartupError } from '#domain/errors.ts'
import { thumbprintOf } from './registered-key.ts'

/** One key per purpose: what signs tokens never signs evidence. */
export const keyPurposes = ['access-token', 'evidence', 'webhook', 'audit-tag', 'webhook-secret'] as const
export type KeyPurpose = (typeof keyPurposes)[number]

/** Receivers of webhooks know Ed25519 (`v1a`); secrets are what others are derived from, and have no public half. */
const forms: Readonly<Record<KeyPurpose, 'P-256' | 'Ed25519' | 'secret'>> = {
  'access-token': 'P-256',
  evidence: 'P-256',
  webhook: 'Ed25519',
  'audit-tag': 'secret',
  'webhook-secret': 'secret',
}

/** How long before its use a successor is published (reliability profile 5.6): longer than any cache of our key documents. */
export const publishedAheadMs = 24 * 3_600_000

export interface KeyFile {
  /** 1, 2, 3 …; the epoch of a secret. */
  readonly sequence: number
  readonly kid: string
  readonly createdAtMs: number
  readonly usedFromMs: number
  /** When a successor takes over; absent while there is none. An emergency successor may overtake a planned one. */
  readonly usedUntilMs?: number
  readonly jwk: Readonly<Record<string, string>>
}

/** All keys of one purpose, oldest first; empty when the directory does not exist. Throws `StartupError` on garbage. */
export function readKeyFiles(folder: string, purpose: KeyPurpose): readonly KeyFile[] {
  return listing(join(folder, purpose))
    .map((name) => readKeyFile(join(folder, purpose, name), purpose, Number.parseInt(name, 10)))
    .toSorted((one, other) => one.sequence - other.sequence)
    .map(withEnd)
}

function withEnd(key: KeyFile, index: number, keys: readonly KeyFile[]): KeyFile {
  const successors = keys.slice(index + 1)
  return successors.length === 0 ? key : { ...key, usedUntilMs: Math.min(...successors.map((one) => one.usedFromMs)) }
}

/**
 * Makes the next key. When another process makes the same number at the same moment, one file wins and is what both get.
 * Throws `StartupError` when the folder cannot be written.
 */
export function createKeyFile(
  folder: string,
  purpose: KeyPurpose,
  { clock, usedFromMs }: { readonly clock: Clock; readonly usedFromMs: number },
): KeyFile {
  const directory = join(folder, purpose)
  const sequence = (readKeyFiles(folder, purpose).at(-1)?.sequence ?? 0) + 1
  const file = join(directory, `${String(sequence).padStart(4, '0')}.json`)
  const content = { createdAtMs: clock.nowMs(), usedFromMs, jwk: generate(purpose) }
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    writeOnce(file, `${JSON.stringify(content, undefined, 2)}\n`)
  } catch (cause) {
    throw new StartupError(`the key folder ${directory} cannot be written`, {
      cure: 'Make DATA_DIR writable for the account that runs the gateway, and for nobody else.',
      cause,
    })
  }
  return readKeyFile(file, purpose, sequence)
}

/** Writes `text` whole and durably under a name nobody has yet, 0600. An existing file stays as it is. */
function writeOnce(file: string, text: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`
  const handle = openSync(draft, 'wx', 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    closeSync(handle)
    unlinkSync(draft)
  }
  syncDirectory(join(file, '..'))
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Drafts of a process that died are not keys. */
function listing(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => /^\d{4,}\.json$/.test(name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new StartupError(`the key folder ${directory} cannot be read`, {
      cure: 'Make DATA_DIR readable for the account that runs the gateway, and for nobody else.',
      cause: error,
    })
  }
}

function generate(purpose: KeyPurpose): Record<string, string> {
  const form = forms[purpose]
  if (form === 'secret') return { kty: 'oct', k: randomBytes(32).toString('base64url') }
  const { privateKey } =
    form === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: form })
  return privateKey.export({ format: 'jwk' }) as Record<string, string>
}

function readKeyFile(file: string, purpose: KeyPurpose, sequence: number): KeyFile {
  try {
    if ((statSync(file).mode & 0o077) !== 0) throw new Error('it can be read by others; chmod 600 it')
    const { createdAtMs, usedFromMs, jwk } = parse(readFileSync(file, 'utf8'))
    return { sequence, createdAtMs, usedFromMs, jwk, kid: kidOf(jwk, purpose) }
  } catch (cause) {
    throw new StartupError(
      `the key file ${file} cannot be used: ${cause instanceof Error ? cause.message : 'unknown'}`,
      {
        cure: 'Restore it from its backup; never delete an evidence key, what it signed could not be verified any more.',
      },
    )
  }
}

function parse(text: string): Pick<KeyFile, 'createdAtMs' | 'usedFromMs' | 'jwk'> {
  const content = readJson(text) as Partial<Record<'createdAtMs' | 'usedFromMs' | 'jwk', unknown>> | null
  const { createdAtMs, usedFromMs, jwk } = content ?? {}
  if (!Number.isSafeInteger(createdAtMs) || !Number.isSafeInteger(usedFromMs)) throw new Error('its dates are missing')
  if (typeof jwk !== 'object' || jwk === null) throw new Error('its key is missing')
  return { createdAtMs: createdAtMs as number, usedFromMs: usedFromMs as number, jwk: jwk as Record<string, string> }
}

/** The parser's own message would quote the file, and the file is a secret. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('it is not JSON')
  }
}

/** A key pair is named by its RFC 7638 thumbprint; a secret has no public name. */
function kidOf(jwk: Readonly<Record<string, string>>, purpose: KeyPurpose): string {
  const { kty, crv, x, y, d } = jwk
  switch (forms[purpose]) {
    case 'secret':
      if (kty !== 'oct' || Buffer.from(jwk['k'] ?? '', 'base64url').length !== 32) {
        throw new Error('it holds no secret of 32 bytes')
      }
      return ''
    case 'Ed25519':
      if (kty !== 'OKP' || crv !== 'Ed25519' || !x || !d) throw new Error('it holds no Ed25519 key pair')
      refuseForeignHalves({ kty, crv, x, d }, null)
      return thumbprintOf({ crv, kty, x })
    default:
      if (kty !== 'EC' || crv !== 'P-256' || !x || !y || !d) throw new Error('it holds no P-256 key pair')
      refuseForeignHalves({ kty, crv, x, y, d }, 'sha256')
      return thumbprintOf({ crv, kty, x, y })
  }
}

/** A private half beside somebody else's public half would sign what nobody can verify. */
function refuseForeignHalves(pair: JsonWebKey, hash: 'sha256' | null): void {
  const { d: _private, ...publicMembers } = pair
  const sample = Buffer.from('self-test')
  const signature = sign(hash, sample, createPrivateKey({ key: pair, format: 'jwk' }))
  if (!verify(hash, sample, createPublicKey({ key: publicMembers, format: 'jwk' }), signature)) {
    throw new Error('its private and public half do not belong together')
  }
}
