import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { acceptKey, acceptKeySet } from '#auth/registered-key.ts'

const jwkOf = (pair: { publicKey: { export(options: { format: 'jwk' }): JsonWebKey } }) =>
  pair.publicKey.export({ format: 'jwk' })
const ecPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ec = { ...jwkOf(ecPair), kid: 'ec-1', alg: 'ES256' }
const ed = { ...jwkOf(generateKeyPairSync('ed25519')), kid: 'ed-1', alg: 'EdDSA' }
const rsa = { ...jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048 })), kid: 'rsa-1', alg: 'PS256' }
const littleEndian = (value: bigint) =>
  Buffer.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toReversed()).toString('base64url')

describe('registering a public key', () => {
  it.each([
    ['EC P-256', ec],
    ['Ed25519', ed],
    ['RSA 2048', rsa],
  ])('accepts %s with its key id and algorithm', (_name, jwk) => {
    const { kid, alg, thumbprint } = acceptKey(jwk)
    expect({ kid, alg }).toEqual({ kid: jwk.kid, alg: jwk.alg })
    expect(thumbprint).toMatch(/^[\w-]{43}$/)
  })

  it('names a key by the RFC 7638 thumbprint of the RFC 8037 example', () => {
    const example = {
      kty: 'OKP',
      crv: 'Ed25519',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
      kid: 'x',
      alg: 'EdDSA',
    }
    expect(acceptKey(example).thumbprint).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
  })

  it('keeps no member it does not know the meaning of', () => {
    expect(Object.keys(acceptKey({ ...ec, use: 'sig', key_ops: ['verify'], ext: true }).jwk).toSorted()).toEqual([
      'alg',
      'crv',
      'kid',
      'kty',
      'use',
      'x',
      'y',
    ])
  })

  it.each<[string, object, RegExp]>([
    [
      'a private key',
      { ...ecPair.privateKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' },
      /never leave its owner/,
    ],
    ['an RSA key with one private member', { ...rsa, qi: 'AQ' }, /never leave its owner/],
    ['a symmetric key', { kty: 'oct', k: 'AAAA', kid: 'k', alg: 'HS256' }, /never leave its owner/],
    ['no kid', { ...ec, kid: undefined }, /kid/],
    ['an empty kid', { ...ec, kid: '' }, /kid/],
    ['a kid with a line break', { ...ec, kid: 'a\nb' }, /kid/],
    ['a numeric kid', { ...ec, kid: 7 }, /kid/],
    ['no alg', { ...ec, alg: undefined }, /alg/],
    ['an alg of another type', { ...ec, alg: 'PS256' }, /needs `alg` ES256/],
    ['RS256', { ...rsa, alg: 'RS256' }, /needs `alg` PS256/],
    ['alg none', { ...ec, alg: 'none' }, /needs `alg` ES256/],
    ['use enc', { ...ec, use: 'enc' }, /use/],
    ['key_ops sign', { ...ec, key_ops: ['sign'] }, /key_ops/],
    ['key_ops verify and sign', { ...ec, key_ops: ['verify', 'sign'] }, /key_ops/],
    ['x5u', { ...ec, x5u: 'https://evil.example' }, /x5u/],
    ['x5c', { ...ec, x5c: ['MII'] }, /x5c/],
    ['P-384', { ...ec, crv: 'P-384' }, /accepted are/],
    ['secp256k1', { ...ec, crv: 'secp256k1' }, /accepted are/],
    ['X25519', { ...ed, crv: 'X25519' }, /accepted are/],
    ['Ed448', { ...ed, crv: 'Ed448' }, /accepted are/],
    ['a point off the curve', { ...ec, y: ec.x }, /not a valid public key/],
    ['a short coordinate', { ...ec, x: 'AAAA' }, /wrong length/],
    ['a padded coordinate', { ...ec, x: `${ec.x}=` }, /canonical/],
    ['stray bits in a coordinate', { ...ec, x: `${String(ec.x).slice(0, -1)}B` }, /canonical|not a valid public key/],
    ['an EC key with RSA members', { ...ec, n: rsa.n }, /mixed in/],
    ['an RSA modulus with a leading zero', { ...rsa, n: `AAAA${rsa.n}` }, /wrong length/],
    ['an even RSA exponent', { ...rsa, e: 'AQAC' }, /exponent/],
    ['RSA exponent 3', { ...rsa, e: 'Aw' }, /exponent/],
    [
      'an RSA modulus with a small factor',
      { ...rsa, n: Buffer.alloc(256, 0xff).toString('base64url') },
      /small factor/,
    ],
    ['an RSA modulus of 8192 bits', { ...rsa, n: Buffer.alloc(1024, 0xfb).toString('base64url') }, /bits/],
    ['Ed25519 order 1', { ...ed, x: littleEndian(1n) }, /full order/],
    ['Ed25519 order 4', { ...ed, x: littleEndian(0n) }, /full order/],
    ['Ed25519 order 2', { ...ed, x: littleEndian(2n ** 255n - 20n) }, /full order/],
    ['Ed25519 order 8', { ...ed, x: 'JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU' }, /full order/],
    ['Ed25519 outside the field', { ...ed, x: littleEndian(2n ** 255n - 19n) }, /full order/],
  ])('refuses %s', (_name, jwk, reason) => {
    expect(() => acceptKey(JSON.parse(JSON.stringify(jwk)))).toThrow(reason)
  })

  it.each([[null], ['text'], [[ec]], [7]])('refuses %j, which is no JWK', (jwk) => {
    expect(() => acceptKey(jwk)).toThrow('a JWK is an object')
  })
})

describe('registering a key set', () => {
  it('accepts several keys of different kinds', () => {
    expect(acceptKeySet({ keys: [ec, ed, rsa] }).map(({ alg }) => alg)).toEqual(['ES256', 'EdDSA', 'PS256'])
  })

  it.each<[string, unknown, RegExp]>([
    ['no set', undefined, /array/],
    ['an array', [ec], /array/],
    ['no keys', { keys: [] }, /1 to 8/],
    ['nine keys', { keys: Array.from({ length: 9 }, () => ec) }, /1 to 8/],
    ['one kid for two keys', { keys: [ec, { ...ed, kid: 'ec-1' }] }, /share one kid/],
    ['one key under two names', { keys: [ec, { ...ec, kid: 'ec-2' }] }, /given twice/],
    ['one bad key among good ones', { keys: [ec, { ...ed, alg: 'none' }] }, /alg/],
  ])('refuses %s', (_name, jwks, reason) => {
    expect(() => acceptKeySet(jwks)).toThrow(reason)
  })
})
