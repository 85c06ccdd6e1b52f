/**
 * One audit entry: what happened, without any raw personal data, as the exact text a Merkle leaf is made of. Index and
 * sequence come later and elsewhere: they exist only once the entry has its place in the log.
 */
import { hash } from 'node:crypto'
import { canonicalJson } from '#domain/canonical-json.ts'
import type { Ids } from '#domain/clock.ts'
import type { AuditedStep, AuditEntry } from '#domain/ports/accountability.ts'
import { tagOf, type TagKey } from './tag.ts'

export interface EntryFacts {
  readonly ids: Ids
  readonly nowMs: number
  readonly tagKey: TagKey
  readonly policyVersion: string
  /** `evd_…` of the evidence that will name this entry, if there will be one. */
  readonly evidenceJti?: string
}

/** An entry with what evidence repeats of it: tags and digests are made once. */
export interface BuiltEntry {
  readonly entry: AuditEntry
  readonly officerTag?: string
  readonly subjectTag?: string
  readonly requestDigest: string
  readonly responseDigest: string
}

const saltBytes = 32

export function buildEntry(
  step: AuditedStep,
  { ids, nowMs, tagKey, policyVersion, evidenceJti }: EntryFacts,
): BuiltEntry {
  const id = ids.next('aud')
  const requestSalt = ids.random(saltBytes)
  const responseSalt = ids.random(saltBytes)
  const { principal, purpose, subject } = step
  const dossierCode = purpose?.dossierCode ?? step.dossierCode
  const tags = {
    ...(purpose === undefined ? {} : { officerTag: tagOf(tagKey, 'officer', purpose.officerId) }),
    ...(subject === undefined ? {} : { subjectTag: tagOf(tagKey, subject.type, subject.value) }),
  }
  const digests = {
    requestDigest: saltedDigest(requestSalt, step.request),
    responseDigest: saltedDigest(responseSalt, step.response),
  }
  const leaf = canonicalJson({
    v: 1,
    id,
    t: nowMs,
    kind: step.kind,
    tenant: principal.tenant,
    client_id: principal.clientId,
    key_thumbprint: 'keyThumbprint' in principal ? principal.keyThumbprint : undefined,
    officer_tag: tags.officerTag,
    purpose_code: step.action,
    legal_basis: purpose?.legalBasis,
    procedure_code: purpose?.procedureCode ?? step.procedureCode,
    dossier_tag: dossierCode === undefined ? undefined : tagOf(tagKey, 'dossier', dossierCode),
    subject_tag: tags.subjectTag,
    data_categories: step.categories,
    upstream: step.upstream,
    upstream_ref_tag: step.upstreamRef === undefined ? undefined : tagOf(tagKey, 'upstream_ref', step.upstreamRef),
    result_code: step.result,
    http_status: step.httpStatus,
    latency_ms: Math.round(step.latencyMs),
    upstream_latency_ms: step.upstreamLatencyMs === undefined ? undefined : Math.round(step.upstreamLatencyMs),
    req_digest: digests.requestDigest,
    resp_digest: digests.responseDigest,
    policy_version: policyVersion,
    evidence_jti: evidenceJti,
    prev_state: step.transition?.from,
    next_state: step.transition?.to,
    amount: step.amountDong === undefined ? undefined : Number(step.amountDong),
    trace_id: step.traceId,
  })
  const { kind, action } = step
  const entry: AuditEntry = {
    id,
    tenant: principal.tenant,
    kind,
    action,
    atMs: nowMs,
    leaf,
    leafHash: leafHashOf(leaf),
    requestSalt,
    responseSalt,
  }
  return { entry, ...tags, ...digests }
}

/** SHA-256(salt ‖ bytes), base64url: deleting the salt erases the meaning and leaves the tree intact. */
export const saltedDigest = (salt: Uint8Array, text: string): string =>
  hash('sha256', Buffer.concat([salt, Buffer.from(text)]), 'base64url')

const leafPrefix = Buffer.of(0x00)

/** RFC 6962 section 2.1: SHA-256(0x00 ‖ leaf). */
export const leafHashOf = (leaf: string): Uint8Array =>
  hash('sha256', Buffer.concat([leafPrefix, Buffer.from(leaf)]), 'buffer')
