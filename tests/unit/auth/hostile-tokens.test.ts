/** Headers and texts made by hand against the gate: each is signed correctly by the registered key, and each must fall. */
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openSignedToken } from '#auth/signed-token.ts'
import { encodePart, signCompact, type Part } from '../../support/compact-tokens.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const registered = { kid: 'k1', alg: 'ES256', publicKey: pair.publicKey }
const rules = { types: ['at+jwt'], keyOf: (kid: string) => (kid === 'k1' ? registered : undefined) }
const good = { alg: 'ES256', typ: 'at+jwt', kid: 'k1' }
const claims = { sub: 'one-stop', exp: 1_800_000_000 }
const strangerJwk = stranger.publicKey.export({ format: 'jwk' })
const pem = pair.publicKey.export({ format: 'pem', type: 'spki' })

const open = (token: string) => openSignedToken(token, rules)
const refusal = async (token: string): Promise<string> => {
  const error: unknown = await open(token).then(
    () => new Error('accepted'),
    (reason: unknown) => reason,
  )
  return error instanceof Error && 'reason' in error ? String(error.reason) : String(error)
}
const signed = (header: Part, payload: Part = claims) => signCompact(header, payload, pair.privateKey)

describe('the gate in front of every token', () => {
  it('lets an honest token through', async () => {
    expect(await open(signed(good))).toEqual({ claims, key: registered })
  })

  const headers: readonly (readonly [string, Part, string])[] = [
    ['alg none', { ...good, alg: 'none' }, 'algorithm_not_of_key'],
    ['alg None', { ...good, alg: 'None' }, 'algorithm_not_of_key'],
    ['alg nOnE', { ...good, alg: 'nOnE' }, 'algorithm_not_of_key'],
    ['alg HS256', { ...good, alg: 'HS256' }, 'algorithm_not_of_key'],
    ['alg RS256', { ...good, alg: 'RS256' }, 'algorithm_not_of_key'],
    ['alg PS256', { ...good, alg: 'PS256' }, 'algorithm_not_of_key'],
    ['alg ES384', { ...good, alg: 'ES384' }, 'algorithm_not_of_key'],
    ['alg ES256K', { ...good, alg: 'ES256K' }, 'algorithm_not_of_key'],
    ['alg EdDSA', { ...good, alg: 'EdDSA' }, 'algorithm_not_of_key'],
    ['alg es256', { ...good, alg: 'es256' }, 'algorithm_not_of_key'],
    ['alg with a space', { ...good, alg: 'ES256 ' }, 'header_value_refused'],
    ['alg empty', { ...good, alg: '' }, 'header_value_refused'],
    ['alg a number', { ...good, alg: 256 }, 'header_value_refused'],
    ['alg an array', { ...good, alg: ['ES256'] }, 'header_value_refused'],
    ['alg null', { ...good, alg: null }, 'header_value_refused'],
    ['alg missing', { typ: 'at+jwt', kid: 'k1' }, 'header_value_refused'],
    ['alg with a NUL', { ...good, alg: 'ES256\0' }, 'header_value_refused'],
    ['kid missing', { alg: 'ES256', typ: 'at+jwt' }, 'header_value_refused'],
    ['kid of a stranger', { ...good, kid: 'k2' }, 'unknown_kid'],
    ['kid a path', { ...good, kid: '../../../../dev/null' }, 'unknown_kid'],
    ['kid with SQL', { ...good, kid: "k1'--" }, 'unknown_kid'],
    ['kid __proto__', { ...good, kid: '__proto__' }, 'unknown_kid'],
    ['kid constructor', { ...good, kid: 'constructor' }, 'unknown_kid'],
    ['kid an object', { ...good, kid: { k: 'k1' } }, 'header_value_refused'],
    ['kid a number', { ...good, kid: 1 }, 'header_value_refused'],
    ['kid endless', { ...good, kid: 'k'.repeat(200) }, 'header_value_refused'],
    ['embedded jwk', { ...good, jwk: strangerJwk }, 'header_member_refused'],
    ['jku', { ...good, jku: 'https://evil.example/jwks.json' }, 'header_member_refused'],
    ['x5u', { ...good, x5u: 'https://evil.example/cert.pem' }, 'header_member_refused'],
    ['x5c', { ...good, x5c: ['MIIB'] }, 'header_member_refused'],
    ['x5t', { ...good, x5t: 'abc' }, 'header_member_refused'],
    ['x5t#S256', { ...good, 'x5t#S256': 'abc' }, 'header_member_refused'],
    ['crit empty', { ...good, crit: [] }, 'header_member_refused'],
    ['crit with b64', { ...good, crit: ['b64'], b64: false }, 'header_member_refused'],
    ['b64 false', { ...good, b64: false }, 'header_member_refused'],
    ['zip', { ...good, zip: 'DEF' }, 'header_member_refused'],
    ['enc', { ...good, alg: 'dir', enc: 'A256GCM' }, 'header_member_refused'],
    ['epk', { ...good, epk: strangerJwk }, 'header_member_refused'],
    ['p2c', { ...good, p2c: 1_000_000 }, 'header_member_refused'],
    ['cty', { ...good, cty: 'JWT' }, 'header_member_refused'],
    ['a claim in the header', { ...good, iss: 'one-stop' }, 'header_member_refused'],
    ['typ of another use', { ...good, typ: 'JWT' }, 'wrong_typ'],
    ['typ of an assertion', { ...good, typ: 'client-authentication+jwt' }, 'wrong_typ'],
    ['typ of evidence', { ...good, typ: 'evidence+jwt' }, 'wrong_typ'],
    ['typ in capitals', { ...good, typ: 'AT+JWT' }, 'wrong_typ'],
    ['typ missing', { alg: 'ES256', kid: 'k1' }, 'wrong_typ'],
    ['typ null', { ...good, typ: null }, 'header_value_refused'],
    ['alg given twice', '{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"k1"}', 'header_not_json'],
    [
      'alg given twice, once escaped',
      '{"alg":"ES256","\\u0061lg":"none","typ":"at+jwt","kid":"k1"}',
      'header_not_json',
    ],
    ['__proto__ with alg', '{"__proto__":{"alg":"none"},"alg":"ES256","typ":"at+jwt","kid":"k1"}', 'header_not_json'],
    ['header an array', '["ES256"]', 'header_not_json'],
    ['header null', 'null', 'header_not_json'],
    ['header with a comment', '{"alg":"ES256",/**/"typ":"at+jwt","kid":"k1"}', 'header_not_json'],
    ['header and more', '{"alg":"ES256","typ":"at+jwt","kid":"k1"}{}', 'header_not_json'],
    ['header with a byte order mark', '\uFEFF{"alg":"ES256","typ":"at+jwt","kid":"k1"}', 'header_not_json'],
    ['header in Latin-1', Buffer.from('{"alg":"ES256","typ":"at+jwt","kid":"k\xe9"}', 'latin1'), 'not_utf8'],
    ['header in UTF-16', Buffer.from(JSON.stringify(good), 'utf16le'), 'header_not_json'],
  ]
  it.each(headers)('refuses a header with %s', async (_name, header, reason) => {
    expect(await refusal(signed(header))).toBe(reason)
  })

  const payloads: readonly (readonly [string, Part, string])[] = [
    ['no JSON', 'foo', 'payload_not_json'],
    ['a string', '"foo"', 'payload_not_json'],
    ['an array', '[1]', 'payload_not_json'],
    ['a member twice', '{"sub":"a","sub":"b"}', 'payload_not_json'],
    ['__proto__', '{"__proto__":{"sub":"a"}}', 'payload_not_json'],
    ['a fraction', '{"exp":1.5}', 'number_refused'],
    ['an exponent', '{"exp":1e-2}', 'number_refused'],
    ['a negative number', '{"exp":-1}', 'number_refused'],
    ['minus zero', '{"exp":-0}', 'number_refused'],
    ['an integer beyond 2^53', '{"exp":9007199254740993}', 'payload_not_json'],
    ['a fraction inside', '{"cnf":{"a":[0.5]}}', 'number_refused'],
    ['endless nesting', `{"a":${'['.repeat(200)}${']'.repeat(200)}}`, 'payload_not_json'],
    ['broken UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'not_utf8'],
  ]
  it.each(payloads)('refuses a payload with %s', async (_name, payload, reason) => {
    expect(await refusal(signed(good, payload))).toBe(reason)
  })

  const token = signed(good)
  const [header = '', payload = '', signature = ''] = token.split('.')
  const texts: readonly (readonly [string, string, string])[] = [
    ['nothing', '', 'not_three_parts'],
    ['two parts', `${header}.${payload}`, 'not_three_parts'],
    ['an empty signature', `${header}.${payload}.`, 'not_three_parts'],
    ['an empty payload', `${header}..${signature}`, 'not_three_parts'],
    ['four parts', `${token}.x`, 'not_three_parts'],
    ['an empty fourth part', `${token}.`, 'not_three_parts'],
    ['five parts, as encrypted tokens have', `${token}.x.y`, 'not_three_parts'],
    ['padding', `${header}=.${payload}.${signature}`, 'not_base64url'],
    [
      'standard base64',
      `${header}.${payload}.${Buffer.from(signature, 'base64url').toString('base64')}`,
      'not_base64url',
    ],
    ['a space', `${header}. ${payload}.${signature}`, 'not_base64url'],
    ['a line break at the end', `${token}\n`, 'not_base64url'],
    ['stray bits in the last character', `${header}.${payload}.${withStrayBits(signature)}`, 'not_base64url'],
    ['a dangling character', `${header}.${payload}.${signature.slice(0, -1)}`, 'not_base64url'],
    ['a letter that is not ASCII', `${header}.${payload}.é${signature.slice(1)}`, 'not_base64url'],
    ['9 KiB', `${header}.${payload}.${'A'.repeat(9_216)}`, 'too_large'],
    ['a signature of zeros', `${header}.${payload}.${encodePart(new Uint8Array(64))}`, 'signature_invalid'],
    ['a signature in DER', `${header}.${payload}.${encodePart(derOf(signature))}`, 'signature_invalid'],
    ["a stranger's signature", signCompact(good, claims, stranger.privateKey), 'signature_invalid'],
    ['a changed payload', `${header}.${encodePart({ ...claims, sub: 'other' })}.${signature}`, 'signature_invalid'],
    ['an HMAC under the public key', hmacToken(), 'algorithm_not_of_key'],
    [
      'the JSON serialisation',
      JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
      'not_three_parts',
    ],
  ]
  it.each(texts)('refuses a text of %s', async (_name, text, reason) => {
    expect(await refusal(text)).toBe(reason)
  })
})

/** The last of 86 characters of a 64-byte signature carries four unused bits. */
function withStrayBits(signature: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return `${signature.slice(0, -1)}${alphabet.charAt(alphabet.indexOf(signature.slice(-1)) + 1)}`
}

function derOf(signature: string): Uint8Array {
  const raw = Buffer.from(signature, 'base64url')
  const integer = (bytes: Uint8Array) => Buffer.from([0x02, bytes.length + 1, 0, ...bytes])
  const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))])
  return Buffer.from([0x30, body.length, ...body])
}

function hmacToken(): string {
  const input = `${encodePart({ ...good, alg: 'HS256' })}.${encodePart(claims)}`
  return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`
}
