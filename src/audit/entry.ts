/**
 * One audit entry: what happened, without any raw personal data, as the exact text a Merkle leaf is made of. Index and
 * sequence come later and elsewhere: they exist only once the entry has its place in the log.
 */
import { hash } from 'node:crypto'
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
  readonly officerTag: string | undefined
  readonly subjectTag: string | undefined
  readonly requestDigest: string
  readonly responseDigest: string
}

const saltBytes = 32
/** The legal basis is the one free text of a purpose: a citizen's number in it must not get into a log that forgets nothing. */
const longNumber = /\d(?:[ .-]?\d){8,}/g

export function buildEntry(
  step: AuditedStep,
  { ids, nowMs, tagKey, policyVersion, evidenceJti }: EntryFacts,
): BuiltEntry {
  const id = ids.next('aud')
  const requestSalt = ids.random(saltBytes)
  const responseSalt = ids.random(saltBytes)
  const { principal, purpose, subject } = step
  const officerTag = purpose && tagOf(tagKey, 'officer', purpose.officerId)
  const subjectTag = subject && tagOf(tagKey, subject.type, subject.value)
  const requestDigest = saltedDigest(requestSalt, step.request)
  const responseDigest = saltedDigest(responseSalt, step.response)
  const dossierCode = purpose?.dossierCode ?? step.dossierCode
  // RFC 8785 by construction, members written in their sorted order: sorting them again would cost 12 us of every answer.
  const leaf = JSON.stringify({
    amount: step.amountDong === undefined ? undefined : Number(step.amountDong),
    client_id: principal.clientId,
    data_categories: step.categories,
    dossier_tag: dossierCode === undefined ? undefined : tagOf(tagKey, 'dossier', dossierCode),
    evidence_jti: evidenceJti,
    http_status: step.httpStatus,
    id,
    key_thumbprint: 'keyThumbprint' in principal ? principal.keyThumbprint : undefined,
    kind: step.kind,
    latency_ms: Math.round(step.latencyMs),
    legal_basis: purpose?.legalBasis?.replaceAll(longNumber, '#'),
    next_state: step.transition?.to,
    officer_tag: officerTag,
    policy_version: policyVersion,
    prev_state: step.transition?.from,
    procedure_code: purpose?.procedureCode ?? step.procedureCode,
    purpose_code: step.action,
    req_digest: requestDigest,
    resp_digest: responseDigest,
    result_code: step.result,
    subject_tag: subjectTag,
    t: nowMs,
    tenant: principal.tenant,
    trace_id: step.traceId,
    upstream: step.upstream,
    upstream_latency_ms: step.upstreamLatencyMs === undefined ? undefined : Math.round(step.upstreamLatencyMs),
    upstream_ref_tag: step.upstreamRef === undefined ? undefined : tagOf(tagKey, 'upstream_ref', step.upstreamRef),
    v: 1,
  })
  const entry: AuditEntry = {
    id,
    tenant: principal.tenant,
    kind: step.kind,
    action: step.action,
    atMs: nowMs,
    leaf,
    leafHash: leafHashOf(leaf),
    requestSalt,
    responseSalt,
  }
  return { entry, officerTag, subjectTag, requestDigest, responseDigest }
}

/** SHA-256(salt ‖ bytes), base64url: deleting the salt erases the meaning and leaves the tree intact. */
const saltedDigest = (salt: Uint8Array, text: string): string =>
  hash('sha256', Buffer.concat([salt, Buffer.from(text)]), 'base64url')

const leafPrefix = Buffer.of(0x00)

/** RFC 6962 section 2.1: SHA-256(0x00 ‖ leaf). */
const leafHashOf = (leaf: string): Uint8Array =>
  hash('sha256', Buffer.concat([leafPrefix, Buffer.from(leaf)]), 'buffer')
