/**
 * The gateway's own keys: one directory per purpose under DATA_DIR/keys, one file per key, numbered in the order they
 * were made. A file is written once and never changed, so there is no state to corrupt: which key signs follows from the
 * clock and from each key's `usedFrom`. A key is published as soon as its file exists, which is before its use begins.
 */
import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import type { Clock } from '#domain/clock.ts'
import { StartupError } from '#domain/errors.ts'
import type { Log } from '#domain/log.ts'
import { createKeyFile, keyPurposes, readKeyFiles, type KeyFile, type KeyPurpose } from './key-files.ts'

/** A key pair of ours: Ed25519 for webhooks, P-256 for everything else. */
export interface SigningKey {
  readonly kid: string
  readonly alg: 'ES256' | 'EdDSA'
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** The public half as published: `kid`, `alg`, `use` and the RFC 7638 members. */
  readonly jwk: Readonly<Record<string, string>>
  readonly usedFromMs: number
  /** When its successor takes over; absent while there is none. */
  readonly usedUntilMs?: number
}

/** A secret of one epoch: tags are keyed with it, or other secrets derived from it. */
export interface SecretKey {
  readonly epoch: number
  readonly secret: KeyObject
}

export interface SigningKeys {
  /** The key that signs now. */
  current(): SigningKey
  /** Oldest first, the not yet used one included. */
  all(): readonly SigningKey[]
  find(kid: string): SigningKey | undefined
}

export interface SecretKeys {
  current(): SecretKey
  find(epoch: number): SecretKey | undefined
}

export interface KeySet {
  readonly accessToken: SigningKeys
  readonly evidence: SigningKeys
  readonly webhook: SigningKeys
  readonly auditTag: SecretKeys
  readonly webhookSecret: SecretKeys
  /** Reads the directories again. What cannot be read is logged and the keys in memory stay. */
  reload(): void
}

export interface KeySetOptions {
  /** `DATA_DIR/keys`. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
}

/** Opens the keys and creates those that do not exist yet. Throws `StartupError` naming the file and the cure. */
export function openKeySet({ folder, clock, log }: KeySetOptions): KeySet {
  for (const purpose of keyPurposes) {
    if (readKeyFiles(folder, purpose).length === 0) createKeyFile(folder, purpose, { clock, usedFromMs: clock.nowMs() })
  }
  let loaded = load(folder)
  return {
    accessToken: signingKeys(clock, () => loaded.accessToken),
    evidence: signingKeys(clock, () => loaded.evidence),
    webhook: signingKeys(clock, () => loaded.webhook),
    auditTag: secretKeys(clock, () => loaded.auditTag),
    webhookSecret: secretKeys(clock, () => loaded.webhookSecret),
    reload() {
      try {
        loaded = load(folder)
      } catch (error) {
        log.error({ error }, 'keys could not be read again; the keys in memory stay in use')
      }
    },
  }
}

interface Loaded {
  readonly accessToken: readonly SigningKey[]
  readonly evidence: readonly SigningKey[]
  readonly webhook: readonly SigningKey[]
  readonly auditTag: readonly LoadedSecret[]
  readonly webhookSecret: readonly LoadedSecret[]
}

type LoadedSecret = SecretKey & { readonly usedFromMs: number }

function load(folder: string): Loaded {
  return {
    accessToken: signingKeysOf(folder, 'access-token'),
    evidence: signingKeysOf(folder, 'evidence'),
    webhook: signingKeysOf(folder, 'webhook'),
    auditTag: secretKeysOf(folder, 'audit-tag'),
    webhookSecret: secretKeysOf(folder, 'webhook-secret'),
  }
}

const secretKeysOf = (folder: string, purpose: KeyPurpose): LoadedSecret[] =>
  present(folder, purpose).map(({ sequence, usedFromMs, jwk }) => ({
    epoch: sequence,
    usedFromMs,
    secret: createSecretKey(Buffer.from(jwk['k'] ?? '', 'base64url')),
  }))

function signingKeysOf(folder: string, purpose: KeyPurpose): SigningKey[] {
  return present(folder, purpose).map(({ kid, usedFromMs, usedUntilMs, jwk }) => {
    const { d: _private, ...publicMembers } = jwk
    const alg = jwk['kty'] === 'OKP' ? 'EdDSA' : 'ES256'
    return {
      kid,
      alg,
      privateKey: createPrivateKey({ key: jwk, format: 'jwk' }),
      publicKey: createPublicKey({ key: publicMembers, format: 'jwk' }),
      jwk: { kid, alg, use: 'sig', ...publicMembers },
      usedFromMs,
      ...(usedUntilMs === undefined ? {} : { usedUntilMs }),
    }
  })
}

/** An emptied directory after start is an accident: new keys must not appear silently in the middle of a life. */
function present(folder: string, purpose: KeyPurpose): readonly KeyFile[] {
  const files = readKeyFiles(folder, purpose)
  if (files.length > 0) return files
  throw new StartupError(`no key is left in ${folder}/${purpose}`, { cure: 'Restore the folder from its backup.' })
}

function signingKeys(clock: Clock, keys: () => readonly SigningKey[]): SigningKeys {
  return {
    current: () => inUse(keys(), clock.nowMs()),
    all: keys,
    find: (kid) => keys().find((key) => key.kid === kid),
  }
}

const secretKeys = (clock: Clock, keys: () => readonly LoadedSecret[]): SecretKeys => ({
  current: () => inUse(keys(), clock.nowMs()),
  find: (epoch) => keys().find((key) => key.epoch === epoch),
})

/** The newest key whose time has come; the first one ever if the clock was set back behind all of them. */
function inUse<Key extends { readonly usedFromMs: number }>(keys: readonly Key[], nowMs: number): Key {
  const key = keys.findLast(({ usedFromMs }) => usedFromMs <= nowMs) ?? keys[0]
  if (key === undefined) throw new Error('a key set is never empty')
  return key
}
