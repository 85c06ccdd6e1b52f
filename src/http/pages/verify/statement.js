/**
 * Checks a signed statement of this gateway where it lies: in a browser, with WebCrypto and the published keys alone. The
 * gateway's own check is `evidence/verify-evidence.ts`; this one shares no code with it, as no outsider's would.
 */

/**
 * @typedef {{ kid: string, kty: string, crv: string, x: string, y: string, usedFrom: string, usedUntil?: string }} HistoricKey
 * @typedef {Record<string, unknown>} Claims
 * @typedef {'receipt' | 'evidence'} Kind
 * @typedef {'unreadable' | 'unknown_key' | 'altered' | 'foreign' | 'misdated'} Refusal
 * @typedef {{ verdict: 'valid', kind: Kind, claims: Claims } | { verdict: Refusal }} Finding
 */

/** @type {ReadonlyMap<unknown, Kind>} */
const kindOfType = new Map([
  ['receipt+jwt', 'receipt'],
  ['evidence+jwt', 'evidence'],
])
const headerMembers = ['alg', 'kid', 'typ']

/** As long as the gateway itself reads. */
const maxLength = 8192

/** Seconds by which a statement's date may fall outside its key's life: replicas change over a moment apart. */
const changeoverSeconds = 60

/**
 * The statement in what somebody pasted or scanned: bare, behind the `#` of a link, or in the JSON of an answer.
 *
 * @param {string} text
 * @returns {string}
 */
export function statementIn(text) {
  const trimmed = text.trim()
  if (trimmed.startsWith('{')) {
    const answer = objectIn(trimmed)
    const found = answer?.['statement'] ?? answer?.['evidence']
    return typeof found === 'string' ? found : ''
  }
  // Mail and chat break long words.
  return trimmed.slice(trimmed.lastIndexOf('#') + 1).replaceAll(/\s/g, '')
}

/**
 * @param {string} statement
 * @param {{ issuer: string, keys: readonly HistoricKey[] }} gateway
 * @returns {Promise<Finding>}
 */
export async function checkStatement(statement, { issuer, keys }) {
  const parts = statement.length > maxLength ? [] : statement.split('.')
  const [headerPart = '', payloadPart = '', signaturePart = ''] = parts
  const [header, claims] = [headerPart, payloadPart].map((part) => objectIn(textIn(bytesIn(part))))
  const kind = kindOfType.get(header?.['typ'])
  if (parts.length !== 3 || header === undefined || kind === undefined) return { verdict: 'unreadable' }
  if (header['alg'] !== 'ES256' || !Object.keys(header).every((name) => headerMembers.includes(name)))
    return { verdict: 'unreadable' }

  const key = keys.find(({ kid }) => kid === header['kid'])
  if (key === undefined) return { verdict: 'unknown_key' }
  const signature = bytesIn(signaturePart)
  const signed = new TextEncoder().encode(`${headerPart}.${payloadPart}`)
  if (signature === undefined || claims === undefined || !(await holds(key, signature, signed)))
    return { verdict: 'altered' }
  if (claims['iss'] !== issuer) return { verdict: 'foreign' }
  return wasInUse(key, claims['iat']) ? { verdict: 'valid', kind, claims } : { verdict: 'misdated' }
}

/**
 * @param {HistoricKey} key
 * @param {Uint8Array<ArrayBuffer>} signature
 * @param {Uint8Array<ArrayBuffer>} signed
 */
async function holds({ kty, crv, x, y }, signature, signed) {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, algorithm, false, ['verify'])
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, signed)
}

/**
 * @param {HistoricKey} key
 * @param {unknown} iat
 */
function wasInUse({ usedFrom, usedUntil }, iat) {
  if (typeof iat !== 'number') return false
  const latest = usedUntil === undefined ? Infinity : Date.parse(usedUntil) / 1000 + changeoverSeconds
  return iat >= Date.parse(usedFrom) / 1000 - changeoverSeconds && iat <= latest
}

/**
 * Base64url read strictly (RFC 4648 section 3.5): a changed last character that decodes to the same bytes is a change.
 *
 * @param {string} part
 * @returns {Uint8Array<ArrayBuffer> | undefined}
 */
function bytesIn(part) {
  if (!/^[\w-]+$/.test(part) || part.length % 4 === 1) return undefined
  const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
  const again = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  return again === part ? Uint8Array.from(binary, (character) => character.charCodeAt(0)) : undefined
}

/** @param {Uint8Array<ArrayBuffer> | undefined} bytes */
function textIn(bytes) {
  try {
    return bytes === undefined ? '' : new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return ''
  }
}

/**
 * @param {string} text
 * @returns {Claims | undefined}
 */
function objectIn(text) {
  try {
    const value = /** @type {unknown} */ (JSON.parse(text))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? /** @type {Claims} */ (value)
      : undefined
  } catch {
    return undefined
  }
}
