/** What the page /verify runs in a browser, run on the same WebCrypto here. */
import { describe, expect, it } from 'vitest'
import { evidenceKeyHistory } from '#auth/published-keys.ts'
import type { SigningKey } from '#auth/key-set.ts'
import type { ReceiptClaims } from '#domain/receipt.ts'
import { createEvidenceSigner } from '#evidence/evidence-signer.ts'
import { signCompact } from '../../support/compact-tokens.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { aSigningKey, signingKeysOf } from '../../support/signing-keys.ts'

interface BrowserCheck {
  statementIn(text: string): string
  checkStatement(statement: string, gateway: object): Promise<{ readonly verdict: string; readonly claims?: object }>
}
/** Plain JavaScript without a declaration: the compiler is not asked about it here. */
const file: string = new URL('../../../src/http/pages/verify/statement.js', import.meta.url).href
const { statementIn, checkStatement } = (await import(file)) as BrowserCheck

const issuer = 'https://gateway.example'
const clock = manualClock()
const iat = Math.floor(clock.nowMs() / 1_000)
const claims: ReceiptClaims = {
  iss: issuer,
  iat,
  jti: 'rcp_1',
  sub: 'pay_1',
  status: 'active',
  reference: 'Hồ sơ 1',
  dossier: 'H38.17-261123-0007',
  unit: 'H38.17',
  total: 50_000,
  refunded: 0,
  lines: [['P01', 'phi', 50_000]],
  paid_at: iat,
  portal_reference: '01JD8Q3V5N7R9T2W4Y6A',
  livemode: false,
}

function aHouse(key: SigningKey = aSigningKey()) {
  const keys = signingKeysOf(key)
  const published = JSON.parse(JSON.stringify(evidenceKeyHistory(keys))) as object
  return {
    key,
    signer: createEvidenceSigner({ keys, issuer, clock }),
    check: (statement: string) => checkStatement(statement, { issuer, ...published }),
  }
}

describe('a statement checked by its holder', () => {
  it('is valid as a receipt and as evidence, with what it says', async () => {
    const { signer, check } = aHouse()
    expect(await check(signer.signReceipt(claims))).toEqual({ verdict: 'valid', kind: 'receipt', claims })
    expect(await check(signer.signEvidence(claims as never))).toMatchObject({ verdict: 'valid', kind: 'evidence' })
  })

  it('is never valid once any one character of it is another', async () => {
    const { signer, check } = aHouse()
    const statement = signer.signReceipt(claims)
    const verdicts = new Set<string>()
    for (let at = 0; at < statement.length; at += 1) {
      const other = statement[at] === 'A' ? 'B' : 'A'
      verdicts.add((await check(statement.slice(0, at) + other + statement.slice(at + 1))).verdict)
    }
    expect(verdicts).not.toContain('valid')
    expect(verdicts).toContain('altered')
  })

  it.each<[string, string, Partial<SigningKey>]>([
    ['after its key was closed', 'misdated', { usedUntilMs: clock.nowMs() - 61_000 }],
    ['before its key was used', 'misdated', { usedFromMs: clock.nowMs() + 61_000 }],
    ['in the moment of a change of keys', 'valid', { usedUntilMs: clock.nowMs() - 59_000 }],
  ])('dated %s is %s', async (_when, verdict, life) => {
    const { signer, check } = aHouse(aSigningKey(life))
    expect(await check(signer.signReceipt(claims))).toMatchObject({ verdict })
  })

  it('of another house, or under a key nobody published, is not judged', async () => {
    const { signer, check, key } = aHouse()
    expect(await check(signer.signReceipt({ ...claims, iss: 'https://x.example' }))).toEqual({ verdict: 'foreign' })
    const header = { alg: 'ES256', typ: 'receipt+jwt', kid: 'key-2' }
    expect(await check(signCompact(header, claims, key.privateKey))).toEqual({ verdict: 'unknown_key' })
    const forged = signCompact({ ...header, kid: key.kid }, claims, aSigningKey().privateKey)
    expect(await check(forged)).toEqual({ verdict: 'altered' })
  })

  it('is neither receipt nor evidence where its header says anything else', async () => {
    const { signer, check, key } = aHouse()
    const signed = (header: object) => signCompact(header, claims, key.privateKey)
    for (const statement of [
      '',
      'a.b',
      'a.b.c.d',
      '000201010212',
      await signer.signReturnToken({ paymentId: 'pay_1', state: 'paid' }),
      signed({ alg: 'none', typ: 'receipt+jwt', kid: key.kid }),
      signed({ alg: 'ES256', typ: 'at+jwt', kid: key.kid }),
      signed({ alg: 'ES256', typ: 'receipt+jwt', kid: key.kid, jwk: {} }),
      signed({ alg: 'ES256', typ: 'constructor', kid: key.kid }),
      `${signer.signReceipt(claims)}${'A'.repeat(9_000)}`,
    ]) {
      expect(await check(statement), statement.slice(0, 80)).toEqual({ verdict: 'unreadable' })
    }
  })
})

it('a statement is found in a link, in an answer and in broken lines', () => {
  for (const text of [
    'a.b.c',
    ' a.b\n .c\n',
    '#a.b.c',
    'https://gateway.example/verify#a.b.c',
    'https://gateway.example/verify?lang=en#a.b.c',
    '{"id":"rcp_1","statement":"a.b.c"}',
    '{"id":"ver_1","evidence":"a.b.c"}',
  ]) {
    expect(statementIn(text)).toBe('a.b.c')
  }
  expect(statementIn('{"id":1}')).toBe('')
})
