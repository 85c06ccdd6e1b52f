import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createKeyFile, publishedAheadMs, readKeyFiles } from '#auth/key-files.ts'
import { openKeySet } from '#auth/key-set.ts'
import { accessTokenJwks, evidenceKeyHistory } from '#auth/published-keys.ts'
import type { LogFields } from '#domain/log.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { silentLog } from '../../support/silent-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

function aKeySet() {
  const folder = temporaryFolder()
  const clock = manualClock()
  const errors: LogFields[] = []
  const log = { ...silentLog, error: (fields: LogFields) => void errors.push(fields) }
  return {
    folder,
    clock,
    errors,
    keys: openKeySet({ folder, clock, log }),
    reopen: () => openKeySet({ folder, clock, log }),
  }
}
const firstKey = (folder: string, purpose: string) => join(folder, purpose, '0001.json')

describe('the key directory', () => {
  it('is made at the first start: one key per purpose, for the owner alone', () => {
    const { folder, keys } = aKeySet()
    expect(readdirSync(folder).toSorted()).toEqual([
      'access-token',
      'audit-tag',
      'evidence',
      'webhook',
      'webhook-secret',
    ])
    for (const purpose of readdirSync(folder)) {
      expect(readdirSync(join(folder, purpose))).toEqual(['0001.json'])
      expect(statSync(join(folder, purpose)).mode & 0o777).toBe(0o700)
      expect(statSync(firstKey(folder, purpose)).mode & 0o777).toBe(0o600)
    }
    expect(keys.accessToken.current().kid).not.toBe(keys.evidence.current().kid)
  })

  it('gives the same keys after a restart', () => {
    const { keys, reopen } = aKeySet()
    const again = reopen()
    expect(again.evidence.current().kid).toBe(keys.evidence.current().kid)
    expect(again.auditTag.current().secret.equals(keys.auditTag.current().secret)).toBe(true)
  })

  it('ignores the draft of a process that died while writing', () => {
    const { folder, keys, reopen } = aKeySet()
    writeFileSync(join(folder, 'evidence', '0002.json.abc.tmp'), '{"jwk":', { mode: 0o600 })
    expect(reopen().evidence.all()).toHaveLength(keys.evidence.all().length)
  })

  it.each<[string, string, RegExp]>([
    ['no JSON', '{', /not JSON/],
    ['no dates', '{"jwk":{}}', /dates are missing/],
    ['no key', '{"createdAtMs":1,"usedFromMs":1}', /key is missing/],
    ['another kind of key', '{"createdAtMs":1,"usedFromMs":1,"jwk":{"kty":"oct","k":"AAAA"}}', /no P-256 key pair/],
  ])('names the file and the cure when a key file holds %s', (_name, text, reason) => {
    const { folder, reopen } = aKeySet()
    writeFileSync(firstKey(folder, 'evidence'), text, { mode: 0o600 })
    expect(reopen).toThrow(expect.objectContaining({ name: 'StartupError', message: expect.stringMatching(reason) }))
    expect(reopen).toThrow(firstKey(folder, 'evidence'))
  })

  it('refuses a private half beside the public half of another key', () => {
    const { folder, reopen } = aKeySet()
    const file = firstKey(folder, 'evidence')
    const content = JSON.parse(readFileSync(file, 'utf8')) as { jwk: Record<string, string> }
    const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
    writeFileSync(file, JSON.stringify({ ...content, jwk: { ...content.jwk, d: foreign.d } }), { mode: 0o600 })
    expect(reopen).toThrow('cannot be used')
  })

  it('never quotes a broken key file', () => {
    const { folder, reopen } = aKeySet()
    writeFileSync(firstKey(folder, 'audit-tag'), '{"jwk":{"k":"c2VjcmV0', { mode: 0o600 })
    expect(reopen).toThrow(expect.not.objectContaining({ message: expect.stringContaining('c2VjcmV0') }))
  })

  it('refuses a key file that others can read', () => {
    const { folder, reopen } = aKeySet()
    chmodSync(firstKey(folder, 'access-token'), 0o644)
    expect(reopen).toThrow('chmod 600')
  })
})

describe('rotating a key', () => {
  it('publishes the next key a day before it signs', () => {
    const { folder, clock, keys } = aKeySet()
    const old = keys.accessToken.current().kid
    const next = createKeyFile(folder, 'access-token', { clock, usedFromMs: clock.nowMs() + publishedAheadMs })
    keys.reload()
    expect(keys.accessToken.current().kid).toBe(old)
    expect(accessTokenJwks(keys.accessToken, clock.nowMs()).keys).toEqual([
      expect.objectContaining({ kid: old }),
      expect.objectContaining({ kid: next.kid }),
    ])
    clock.advance(publishedAheadMs)
    expect(keys.accessToken.current().kid).toBe(next.kid)
  })

  it('publishes a retired token key for a quarter of an hour more, an evidence key for ever with its end', () => {
    const { folder, clock, keys } = aKeySet()
    for (const purpose of ['access-token', 'evidence'] as const) {
      createKeyFile(folder, purpose, { clock, usedFromMs: clock.nowMs() + 1_000 })
    }
    keys.reload()
    clock.advance(1_000 + 15 * 60_000 - 1)
    expect(accessTokenJwks(keys.accessToken, clock.nowMs()).keys).toHaveLength(2)
    clock.advance(1)
    expect(accessTokenJwks(keys.accessToken, clock.nowMs()).keys).toHaveLength(1)
    expect(evidenceKeyHistory(keys.evidence).keys).toEqual([
      expect.objectContaining({ usedFrom: '2026-11-23T02:30:00.000Z', usedUntil: '2026-11-23T02:30:01.000Z' }),
      expect.not.objectContaining({ usedUntil: expect.anything() }),
    ])
  })

  it('lets an emergency key overtake a planned one', () => {
    const { folder, clock, keys } = aKeySet()
    createKeyFile(folder, 'access-token', { clock, usedFromMs: clock.nowMs() + publishedAheadMs })
    const emergency = createKeyFile(folder, 'access-token', { clock, usedFromMs: clock.nowMs() })
    keys.reload()
    expect(keys.accessToken.current().kid).toBe(emergency.kid)
    expect(keys.accessToken.all()[0]?.usedUntilMs).toBe(clock.nowMs())
    clock.advance(publishedAheadMs)
    expect(keys.accessToken.current().kid).toBe(emergency.kid)
  })

  it('begins a new epoch of tags', () => {
    const { folder, clock, keys } = aKeySet()
    createKeyFile(folder, 'audit-tag', { clock, usedFromMs: clock.nowMs() })
    keys.reload()
    expect(keys.auditTag.current().epoch).toBe(2)
  })

  it('publishes no private member', () => {
    const { clock, keys } = aKeySet()
    const published = [
      ...accessTokenJwks(keys.accessToken, clock.nowMs()).keys,
      ...evidenceKeyHistory(keys.evidence).keys,
    ]
    for (const key of published) expect(Object.keys(key)).not.toContain('d')
  })
})

describe('reading the keys again', () => {
  it.each<[string, (folder: string) => void]>([
    ['a file became garbage', (folder) => writeFileSync(firstKey(folder, 'evidence'), 'garbage', { mode: 0o600 })],
    ['the folder was emptied', (folder) => rmSync(join(folder, 'evidence'), { recursive: true })],
  ])('keeps the keys in memory and says so when %s', (_name, damage) => {
    const { folder, keys, errors } = aKeySet()
    const before = keys.evidence.current().kid
    damage(folder)
    keys.reload()
    expect(keys.evidence.current().kid).toBe(before)
    expect(errors).toHaveLength(1)
  })

  it('makes no key of its own when the folder was emptied', () => {
    const { folder, keys } = aKeySet()
    rmSync(join(folder, 'evidence'), { recursive: true })
    keys.reload()
    expect(readKeyFiles(folder, 'evidence')).toEqual([])
  })
})
