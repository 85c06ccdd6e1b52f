/**
 * The text of a compact JWS (RFC 7515 section 7.1) read strictly, before any cryptography. Libraries forgive stray bits in
 * base64url, duplicate members and unknown headers, and leave such details to their runtime; what they forgive here, two
 * parties may read differently. So every token this house accepts passes this one gate first (client assertions, access
 * tokens, evidence). Pure: no keys, no clock.
 */
import { readStrictJson, StrictJsonError, type ExactJsonValue } from './strict-json.ts'

export type CompactFormReason =
  | 'not_a_string'
  | 'too_large'
  | 'not_three_parts'
  | 'not_base64url'
  | 'not_utf8'
  | 'header_not_json'
  | 'header_member_refused'
  | 'header_value_refused'
  | 'payload_not_json'
  | 'number_refused'

/** Why a token's text was refused. For the audit trail and operators; whoever sent it hears only that it was refused. */
export class CompactFormError extends Error {
  override readonly name = 'CompactFormError'
  readonly reason: CompactFormReason

  constructor(reason: CompactFormReason, options?: { cause?: unknown }) {
    super(`token refused: ${reason}`, options)
    this.reason = reason
  }
}

interface CompactHeader {
  readonly alg: string
  readonly kid: string
  readonly typ?: string
}

export type ExactJsonObject = { readonly [key: string]: ExactJsonValue }

export interface CompactForm {
  readonly header: CompactHeader
  readonly payload: Uint8Array
  /** Raw signature octets. */
  readonly signature: Uint8Array
  /** What was signed: header and payload parts as sent, joined by a dot. */
  readonly signingInput: string
}

/** 8 KiB: an assertion or a token is under 2 KiB, and everything before the signature check is work for strangers. */
const maxTokenLength = 8_192
/** `crit`, `b64`, `jku`, `jwk`, `x5u`, `x5c`, `zip`, `enc` and whatever comes next fall with the same sentence. */
const headerMembers = new Set(['alg', 'typ', 'kid'])
const maxHeaderValueLength = 128
const maxDepth = 8

/** The parts of `token`, its header read and limited to `alg`, `kid` and `typ`. Throws `CompactFormError`. */
export function readCompactForm(token: unknown): CompactForm {
  if (typeof token !== 'string') throw new CompactFormError('not_a_string')
  if (token.length > maxTokenLength) throw new CompactFormError('too_large')
  const [header, payload, signature, surplus] = token.split('.', 4)
  if (!header || !payload || !signature || surplus !== undefined) throw new CompactFormError('not_three_parts')
  return {
    header: readHeader(decode(header)),
    payload: decode(payload),
    signature: decode(signature),
    signingInput: token.slice(0, -signature.length - 1),
  }
}

/** The claims: a JSON object whose numbers are all integers of at least 0. Throws `CompactFormError`. */
export function readClaims({ payload }: Pick<CompactForm, 'payload'>): ExactJsonObject {
  const claims = readObject(payload, 'payload_not_json')
  if (!Object.values(claims).every(hasOnlyCounts)) throw new CompactFormError('number_refused')
  return claims
}

/** One value, one spelling: what decodes must encode back to the same text (RFC 4648 section 3.5). */
function decode(part: string): Uint8Array {
  const bytes = Buffer.from(part, 'base64url')
  if (bytes.toString('base64url') !== part) throw new CompactFormError('not_base64url')
  return bytes
}

function readHeader(bytes: Uint8Array): CompactHeader {
  const header = readObject(bytes, 'header_not_json')
  if (!Object.keys(header).every((member) => headerMembers.has(member))) {
    throw new CompactFormError('header_member_refused')
  }
  const { alg, kid, typ } = header
  if (!isHeaderValue(alg) || !isHeaderValue(kid) || (typ !== undefined && !isHeaderValue(typ))) {
    throw new CompactFormError('header_value_refused')
  }
  return typ === undefined ? { alg, kid } : { alg, kid, typ }
}

const isHeaderValue = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) && value.length <= maxHeaderValueLength

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readObject(bytes: Uint8Array, refusal: CompactFormReason): ExactJsonObject {
  const value = readJson(bytes, refusal)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CompactFormError(refusal)
  return value as ExactJsonObject
}

function readJson(bytes: Uint8Array, refusal: CompactFormReason): ExactJsonValue {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch (cause) {
    throw new CompactFormError('not_utf8', { cause })
  }
  try {
    return readStrictJson(text, { maxLength: maxTokenLength, maxDepth })
  } catch (cause) {
    if (cause instanceof StrictJsonError) throw new CompactFormError(refusal, { cause })
    throw cause
  }
}

/** Times, sizes and amounts in our tokens are counts. Depth is already bounded by the reader. */
function hasOnlyCounts(value: ExactJsonValue): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)
  if (typeof value !== 'object' || value === null) return true
  return Object.values(value).every(hasOnlyCounts)
}
