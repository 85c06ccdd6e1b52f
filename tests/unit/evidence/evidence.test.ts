import { spawnSync } from 'node:child_process'
import { verify } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { evidenceKeyHistory } from '#auth/published-keys.ts'
import type { SigningKey } from '#auth/key-set.ts'
import type { EvidenceClaims } from '#domain/evidence.ts'
import { createEvidenceSigner } from '#evidence/evidence-signer.ts'
import { verifyEvidence } from '#evidence/verify-evidence.ts'
import { signCompact } from '../../support/compact-tokens.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { aSigningKey, signingKeysOf } from '../../support/signing-keys.ts'

const issuer = 'https://gateway.example'
const clock = manualClock()
const iat = Math.floor(clock.nowMs() / 1_000)
const claims: EvidenceClaims = {
  iss: issuer,
  iat,
  jti: 'evd_1',
  tenant: 'lao-cai',
  client_id: 'one-stop-lc',
  officer_tag: '1.b',
  purpose: 'verifyIdentity',
  procedure: '2.000635',
  dossier: 'H38.17-261123-0007',
  subject_tag: '1.a',
  categories: ['fullName'],
  result: 'match',
  req_sha256: 'r',
  resp_sha256: 's',
  policy_version: '1',
  log_origin: 'gateway.example/audit/2026',
  audit_entry: 'aud_1',
  leaf_hash: 'l',
}

const aReceipt = {
  jti: 'rcp_1',
  sub: 'pay_1',
  status: 'active',
  reference: 'H38.17-261123-0007:P01',
  dossier: 'H38.17-261123-0007',
  unit: 'H38.17',
  total: 50_000,
  refunded: 0,
  lines: [['P01', 'phi', 50_000]],
  paid_at: iat,
  portal_reference: '01JD8Q3V5N7R9T2W4Y6A',
  livemode: false,
} as const

function aHouse(...keys: readonly [SigningKey, ...SigningKey[]]) {
  const all = signingKeysOf(...keys)
  return {
    keys: all,
    signer: createEvidenceSigner({ keys: all, issuer, clock }),
    check: (evidence: string) => verifyEvidence(evidence, { issuer, keyOf: all.find }),
  }
}
const headerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as object

describe('evidence', () => {
  it('is a compact JWS of its own type under the current evidence key', async () => {
    const { signer, check } = aHouse(aSigningKey())
    const evidence = signer.signEvidence(claims)
    expect(headerOf(evidence)).toEqual({ alg: 'ES256', typ: 'evidence+jwt', kid: 'key-1' })
    expect(await check(evidence)).toEqual(claims)
  })

  it('stays verifiable after its key has retired', async () => {
    const old = aSigningKey({ kid: 'old' })
    const evidence = aHouse(old).signer.signEvidence(claims)
    const { check } = aHouse({ ...old, usedUntilMs: clock.nowMs() + 1 }, aSigningKey({ kid: 'new' }))
    expect(await check(evidence)).toEqual(claims)
  })

  it.each<[string, Partial<SigningKey>]>([
    ['after its key was closed', { usedUntilMs: clock.nowMs() - 61_000 }],
    ['before its key was used', { usedFromMs: clock.nowMs() + 61_000 }],
  ])('is refused when dated %s', async (_name, life) => {
    const { signer, check } = aHouse(aSigningKey(life))
    await expect(check(signer.signEvidence(claims))).rejects.toThrow('not in use at its date')
  })

  it('is refused without a date, of another issuer, of another type or with another key', async () => {
    const key = aSigningKey()
    const { check, signer } = aHouse(key)
    const header = { alg: 'ES256', typ: 'evidence+jwt', kid: 'key-1' }
    const { iat: _iat, ...undated } = claims
    await expect(check(signCompact(header, undated, key.privateKey))).rejects.toThrow('not in use')
    await expect(check(signer.signEvidence({ ...claims, iss: 'https://x.example' }))).rejects.toThrow('another issuer')
    await expect(check(signCompact({ ...header, typ: 'at+jwt' }, claims, key.privateKey))).rejects.toThrow(
      'not evidence',
    )
    await expect(check(signCompact(header, claims, aSigningKey().privateKey))).rejects.toThrow('signature')
    await expect(check(signCompact({ ...header, kid: 'x' }, claims, key.privateKey))).rejects.toThrow('history')
    await expect(check(signer.signReceipt({ ...aReceipt, iss: issuer, iat }))).rejects.toThrow('not evidence')
    await expect(check(await signer.signReturnToken({ paymentId: 'pay_1', state: 'paid' }))).rejects.toThrow(
      'not evidence',
    )
  })

  it('is refused when any character of it is changed', async () => {
    const { signer, check } = aHouse(aSigningKey())
    const evidence = signer.signEvidence(claims)
    for (let at = 0; at < evidence.length; at += 7) {
      const changed = `${evidence.slice(0, at)}${evidence[at] === 'A' ? 'B' : 'A'}${evidence.slice(at + 1)}`
      await expect(check(changed)).rejects.toThrow()
    }
  })
})

describe('the return token', () => {
  it('says payment and state for five minutes', async () => {
    const key = aSigningKey()
    const token = await aHouse(key).signer.signReturnToken({ paymentId: 'pay_1', state: 'awaiting_payer' })
    const [header = '', payload = '', signature = ''] = token.split('.')
    const publicKey = { key: key.publicKey, dsaEncoding: 'ieee-p1363' } as const
    const isGenuine = verify(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      publicKey,
      Buffer.from(signature, 'base64url'),
    )
    expect(isGenuine).toBe(true)
    expect(headerOf(token)).toEqual({ alg: 'ES256', typ: 'return+jwt', kid: 'key-1' })
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual({
      iss: issuer,
      sub: 'pay_1',
      state: 'awaiting_payer',
      iat,
      exp: iat + 300,
    })
  })
})

/** Debian's own interpreter has Debian's jwcrypto; another python3 on the PATH may not. */
const python = ['/usr/bin/python3', 'python3'].find(
  (program) => spawnSync(program, ['-c', 'import jwcrypto'], { stdio: 'ignore' }).status === 0,
)
if (python === undefined) {
  process.stderr.write('\n*** SKIPPED: the independent judge of evidence, because python3-jwcrypto is absent ***\n\n')
}

describe.skipIf(python === undefined)('an independent judge in Python', () => {
  const script = join(import.meta.dirname, '../../support/independent-judge.py')
  const judge = (evidence: string, history: object) =>
    spawnSync(python ?? '', [script], { input: JSON.stringify([evidence, history]), encoding: 'utf8', timeout: 15_000 })

  it('believes evidence with nothing but the published key history, and no forged one', () => {
    const { signer, keys } = aHouse(aSigningKey({ kid: 'old', usedUntilMs: 1 }), aSigningKey({ kid: 'new' }))
    const evidence = signer.signEvidence(claims)
    const { stdout, stderr } = judge(evidence, evidenceKeyHistory(keys))
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual(claims)
    const receipt = signer.signReceipt({ ...aReceipt, iss: issuer, iat })
    expect(JSON.parse(judge(receipt, evidenceKeyHistory(keys)).stdout)).toEqual({ ...aReceipt, iss: issuer, iat })
    const stranger = signCompact(headerOf(evidence), claims, aSigningKey().privateKey)
    expect(judge(stranger, evidenceKeyHistory(keys)).status).not.toBe(0)
  })
})
