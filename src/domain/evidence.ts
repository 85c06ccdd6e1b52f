/** The statement that leaves with an answer, as audit fills it and evidence signs it. */

/**
 * Claims of a compact JWS, `typ: evidence+jwt`, ES256. Tags and salted digests stand for people and contents; no raw value of
 * an officer, a subject, a request or an answer is among them. Names as in the JWT.
 */
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
  /** SHA-256(salt ‖ bytes), base64url; the salt is disclosed for one entry when its content must be shown. */
  readonly req_sha256: string
  readonly resp_sha256: string
  readonly policy_version: string
  readonly log_origin: string
  /** `aud_…` and its RFC 6962 leaf hash, base64url; the index exists only later. */
  readonly audit_entry: string
  readonly leaf_hash: string
}

export interface EvidenceSigner {
  signEvidence(claims: EvidenceClaims): string
}
