import type { Purpose } from '../purpose.ts'
import type { Principal } from '../principal.ts'
import type { UpstreamSystem } from '../errors.ts'

/** Kinds of the audit log (what happened), as later Merkle leaves carry them. */
export type AuditKind =
  | 'lookup'
  | 'verify'
  | 'order'
  | 'ipn'
  | 'refund'
  | 'recon'
  | 'admin'
  | 'key'
  | 'policy'
  | 'auth-fail'

/** One look-up or one money step, in plain words. Personal values in it become keyed tags; they are never stored. */
export interface AuditedStep {
  readonly kind: AuditKind
  /** operationId, e.g. `verifyIdentity`. */
  readonly action: string
  readonly principal: Principal | { readonly tenant: string; readonly clientId: 'system' }
  readonly purpose?: Purpose
  /** The personal id or business code looked at. */
  readonly subject?: { readonly type: 'person' | 'business' | 'payment'; readonly value: string }
  readonly procedureCode?: string
  readonly dossierCode?: string
  /** Which categories of data were compared or released, e.g. `fullName`. */
  readonly categories: readonly string[]
  readonly upstream?: UpstreamSystem
  /** Our request id or reference at the upstream. */
  readonly upstreamRef?: string
  /** The outcome's code: `match`, `found`, `payment_created`, or an error code. */
  readonly result: string
  readonly httpStatus: number
  readonly latencyMs: number
  readonly upstreamLatencyMs?: number
  readonly traceId?: string
  /** The request and answer as canonical bytes: only their salted digests are kept. */
  readonly request: string
  readonly response: string
  /** For money steps. */
  readonly transition?: { readonly from: string; readonly to: string }
  readonly amountDong?: bigint
}

/** An audit entry ready to be written: id, leaf and salts are fixed, so that evidence can name them before the commit. */
export interface AuditEntry {
  /** `aud_…` */
  readonly id: string
  readonly tenant: string
  readonly kind: AuditKind
  readonly action: string
  readonly atMs: number
  /** Canonical JSON (RFC 8785) without any raw personal data. */
  readonly leaf: string
  /** SHA-256(0x00 ‖ leaf), as RFC 6962 section 2.1 hashes leaves. */
  readonly leafHash: Uint8Array
  readonly requestSalt: Uint8Array
  readonly responseSalt: Uint8Array
}

export interface Attestation {
  readonly entry: AuditEntry
  /** Compact JWS, `typ: evidence+jwt`, ES256. Only to leave the house after the entry is durable. */
  readonly evidence: string
}

/** Builds the entry and its evidence. Nothing is durable until `UnitOfWork.commit` has taken the entry. */
export interface Accountability {
  attest(step: AuditedStep): Promise<Attestation>
  /** An entry alone, where no answer leaves with evidence (notifications, sweeps). */
  enter(step: AuditedStep): AuditEntry
}
