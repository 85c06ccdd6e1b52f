/**
 * Statements that leave the house and must hold years later: compact JWS (RFC 7515), ES256, under keys of their own.
 *
 * Signed with node:crypto, not jose: measured side by side, jose's WebCrypto path costs 160-180 us of CPU per signature
 * (a thread-pool round trip and its own encoding), the prepared KeyObject 55 us, and every answer pays it. Verifying, which
 * is where a library earns its place, stays with jose.
 */
import { sign, type KeyObject } from 'node:crypto'
import { canonicalJson } from '#domain/canonical-json.ts'

/** A key as the signer needs it; `find` also knows the ones that sign no more. */
export interface EvidenceKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly usedFromMs: number
  readonly usedUntilMs?: number
}

export interface EvidenceKeys {
  current(): EvidenceKey
  find(kid: string): EvidenceKey | undefined
}

/** What an answer is proven by. Tags and salted digests stand for people and contents; nothing here is a raw value of theirs. */
export interface EvidenceClaims {
  readonly iss: string
  /** Epoch seconds. */
  readonly iat: number
  /** `evd_…` */
  readonly jti: string
  readonly tenant: string
  readonly client_id: string
  readonly officer_tag?: string
  /** operationId: what was done; procedure and dossier say for what. */
  readonly purpose: string
  readonly procedure?: string
  readonly dossier?: string
  readonly subject_tag?: string
  readonly categories: readonly string[]
  readonly upstream?: string
  readonly upstream_ref?: string
  readonly result: string
  /** SHA-256(salt ‖ bytes), base64url; the salt is disclosed for one entry when the content must be shown. */
  readonly req_sha256: string
  readonly resp_sha256: string
  readonly policy_version: string
  readonly log_origin: string
  /** `aud_…` and its RFC 6962 leaf hash, base64url; the index exists only later. */
  readonly audit_entry: string
  readonly leaf_hash: string
}

export interface ReturnTokenClaims {
  readonly iss: string
  /** The payment's id. */
  readonly sub: string
  readonly state: string
  /** Epoch seconds. */
  readonly iat: number
}

export interface EvidenceSigner {
  signEvidence(claims: EvidenceClaims): string
  /** For the payer's way back to the client (`?lt=`): says what stood when the browser left us, for five minutes. */
  signReturnToken(claims: ReturnTokenClaims): string
}

export const evidenceType = 'evidence+jwt'
export const returnTokenType = 'return+jwt'
const returnTokenLifetimeSeconds = 300

export function createEvidenceSigner(keys: EvidenceKeys): EvidenceSigner {
  const headers = new Map<string, string>()

  function signed(type: string, claims: object): string {
    const { kid, privateKey } = keys.current()
    const input = `${headerFor(type, kid)}.${encode(canonicalJson(claims))}`
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return `${input}.${signature.toString('base64url')}`
  }

  function headerFor(typ: string, kid: string): string {
    const name = `${typ} ${kid}`
    const header = headers.get(name) ?? encode(JSON.stringify({ alg: 'ES256', typ, kid }))
    headers.set(name, header)
    return header
  }

  return {
    signEvidence: (claims) => signed(evidenceType, claims),
    signReturnToken: (claims) => signed(returnTokenType, { ...claims, exp: claims.iat + returnTokenLifetimeSeconds }),
  }
}

const encode = (text: string): string => Buffer.from(text).toString('base64url')
