import { createHash, createHmac, createSecretKey } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAccountability } from '#audit/accountability.ts'
import { canonicalJson } from '#domain/canonical-json.ts'
import type { AuditedStep } from '#domain/ports/accountability.ts'
import type { EvidenceClaims } from '#domain/evidence.ts'
import { anAuditedStep } from '../../support/an-audited-step.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { sequentialIds } from '../../support/sequential-ids.ts'

const secret = Buffer.alloc(32, 7)

function anOffice({ epoch = 1 } = {}) {
  const accountability = createAccountability({
    clock: manualClock(),
    ids: sequentialIds(),
    tagKey: { current: () => ({ epoch, secret: createSecretKey(secret) }) },
    signer: { signEvidence: (claims) => JSON.stringify(claims) },
    issuer: 'https://gateway.example',
    logOrigin: 'gateway.example/audit/2026',
    policyVersion: 'policy-1',
  })
  return {
    ...accountability,
    async attested(step: AuditedStep) {
      const { entry, evidence } = await accountability.attest(step)
      return {
        entry,
        leaf: JSON.parse(entry.leaf) as Readonly<Record<string, unknown>>,
        claims: JSON.parse(evidence) as EvidenceClaims,
      }
    },
  }
}
const sha256 = (...parts: readonly (Uint8Array | string)[]) => {
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part)
  return digest.digest()
}

describe('attesting a step', () => {
  it('fixes what happened in a canonical leaf', async () => {
    const { entry, leaf, claims } = await anOffice().attested(anAuditedStep())
    expect(entry.leaf).toBe(canonicalJson(leaf))
    expect(leaf).toEqual({
      v: 1,
      id: entry.id,
      t: Date.parse('2026-11-23T02:30:00.000Z'),
      kind: 'verify',
      tenant: 'lao-cai',
      client_id: 'one-stop-lc',
      key_thumbprint: 'thumb-1',
      officer_tag: expect.stringMatching(/^1\.[\w-]{22}$/) as unknown,
      purpose_code: 'verifyIdentity',
      procedure_code: '2.000635',
      dossier_tag: expect.stringMatching(/^1\.[\w-]{22}$/) as unknown,
      subject_tag: expect.stringMatching(/^1\.[\w-]{22}$/) as unknown,
      data_categories: ['fullName', 'dateOfBirth'],
      upstream: 'population',
      upstream_ref_tag: expect.stringMatching(/^1\.[\w-]{22}$/) as unknown,
      result_code: 'match',
      http_status: 200,
      latency_ms: 12,
      upstream_latency_ms: 10,
      req_digest: expect.stringMatching(/^[\w-]{43}$/) as unknown,
      resp_digest: expect.stringMatching(/^[\w-]{43}$/) as unknown,
      policy_version: 'policy-1',
      evidence_jti: claims.jti,
      trace_id: '0af7651916cd43dd8448eb211c80319c',
    })
  })

  it('hashes the leaf as RFC 6962 does, and names it in the evidence', async () => {
    const { entry, claims } = await anOffice().attested(anAuditedStep())
    expect(Buffer.from(entry.leafHash)).toEqual(sha256(Buffer.of(0), entry.leaf))
    expect(claims.leaf_hash).toBe(Buffer.from(entry.leafHash).toString('base64url'))
    expect(claims.audit_entry).toBe(entry.id)
  })

  it('gives the evidence the claims of the profile', async () => {
    const { leaf, claims } = await anOffice().attested(anAuditedStep())
    expect(claims).toEqual({
      iss: 'https://gateway.example',
      iat: Date.parse('2026-11-23T02:30:00.000Z') / 1_000,
      jti: expect.stringMatching(/^evd_/) as unknown,
      tenant: 'lao-cai',
      client_id: 'one-stop-lc',
      officer_tag: leaf['officer_tag'],
      purpose: 'verifyIdentity',
      procedure: '2.000635',
      dossier: 'H38.17-261123-0007',
      subject_tag: leaf['subject_tag'],
      categories: ['fullName', 'dateOfBirth'],
      upstream: 'population',
      upstream_ref: 'req_up-1',
      result: 'match',
      req_sha256: leaf['req_digest'],
      resp_sha256: leaf['resp_digest'],
      policy_version: 'policy-1',
      log_origin: 'gateway.example/audit/2026',
      audit_entry: expect.stringMatching(/^aud_/) as unknown,
      leaf_hash: expect.any(String) as unknown,
    })
  })

  it('digests request and answer under salts that travel beside the leaf', async () => {
    const step = anAuditedStep()
    const { entry, leaf } = await anOffice().attested(step)
    expect(leaf['req_digest']).toBe(sha256(entry.requestSalt, step.request).toString('base64url'))
    expect(leaf['resp_digest']).toBe(sha256(entry.responseSalt, step.response).toString('base64url'))
    expect(entry.requestSalt).toHaveLength(32)
    expect(entry.requestSalt).not.toEqual(entry.responseSalt)
  })

  it('tags with the epoch key, apart by domain and type', async () => {
    const { leaf } = await anOffice({ epoch: 3 }).attested(anAuditedStep())
    const text = ['lienthong/audit-tag/v1', 'person', '015185000011'].join('\0')
    const mac = createHmac('sha256', secret).update(text).digest()
    expect(leaf['subject_tag']).toBe(`3.${mac.subarray(0, 16).toString('base64url')}`)
  })

  it('gives the same person the same tag, and the same text as an officer another', async () => {
    const number = '015080000123'
    const purpose = { procedureCode: '2.000635', dossierCode: 'D', officerId: number }
    const { leaf } = await anOffice().attested(
      anAuditedStep({ purpose, subject: { type: 'person', value: ` ${number} ` } }),
    )
    const again = await anOffice().attested(anAuditedStep({ subject: { type: 'person', value: number } }))
    expect(leaf['subject_tag']).toBe(again.leaf['subject_tag'])
    expect(leaf['subject_tag']).not.toBe(leaf['officer_tag'])
  })

  it('gives two equal steps different digests, so that equal contents do not show', async () => {
    const office = anOffice()
    const [one, other] = [await office.attested(anAuditedStep()), await office.attested(anAuditedStep())]
    expect(one.leaf['req_digest']).not.toBe(other.leaf['req_digest'])
  })

  it('keeps a legal basis, but no number long enough to be a person', async () => {
    const basis = 'Điều 10 Nghị định 59/2022/NĐ-CP, 015185000011, 015 185 000 011, 112345678'
    const purpose = { procedureCode: '1', dossierCode: 'D', officerId: 'O', legalBasis: basis }
    const { leaf } = await anOffice().attested(anAuditedStep({ purpose }))
    expect(leaf['legal_basis']).toBe('Điều 10 Nghị định 59/2022/NĐ-CP, #, #, #')
  })

  it('writes a money step with its move and amount, and no purpose', async () => {
    const { purpose: _purpose, ...step } = anAuditedStep()
    const { entry, leaf, claims } = await anOffice().attested({
      ...step,
      kind: 'order',
      action: 'createPayment',
      subject: { type: 'payment', value: 'pay_1' },
      procedureCode: '2.000635',
      dossierCode: 'H38.17-261123-0007',
      transition: { from: 'submitting', to: 'awaiting_payer' },
      amountDong: 50_000n,
    })
    expect(entry.leaf).toBe(canonicalJson(leaf))
    expect(leaf).toMatchObject({ prev_state: 'submitting', next_state: 'awaiting_payer', amount: 50_000 })
    expect(leaf).not.toHaveProperty('officer_tag')
    expect(claims).not.toHaveProperty('officer_tag')
    expect(claims).toMatchObject({ procedure: '2.000635', dossier: 'H38.17-261123-0007' })
  })
})

describe('entering a step', () => {
  it('makes an entry without evidence, by the system where no client acts', () => {
    const entry = anOffice().enter(anAuditedStep({ principal: { tenant: 'lao-cai', clientId: 'system' } }))
    const leaf = JSON.parse(entry.leaf) as object
    expect(leaf).toMatchObject({ client_id: 'system' })
    expect(leaf).not.toHaveProperty('evidence_jti')
    expect(leaf).not.toHaveProperty('key_thumbprint')
  })
})

describe('personal data', () => {
  /** Values long enough that a chance hit in a digest is out of the question. */
  const value = fc.oneof(
    fc.stringMatching(/^0\d{11}$/),
    fc.stringMatching(/^\d{9}$/),
    fc
      .string({ unit: 'grapheme', minLength: 6, maxLength: 40 })
      .filter((text) => text.isWellFormed() && text.trim().length >= 6),
  )

  it('never gets into a leaf, and only the dossier code into evidence', async () => {
    await fc.assert(
      fc.asyncProperty(value, value, value, value, async (subject, officerId, dossierCode, name) => {
        const { evidence, entry } = await anOffice().attest(
          anAuditedStep({
            subject: { type: 'person', value: `S${subject}` },
            purpose: { procedureCode: '1', dossierCode: `D${dossierCode}`, officerId: `O${officerId}` },
            request: canonicalJson({ name: `N${name}` }),
            response: canonicalJson({ name: `N${name}` }),
            upstreamRef: `U${subject}`,
          }),
        )
        const inJson = (text: string) => JSON.stringify(text).slice(1, -1)
        for (const raw of [`S${subject}`, `O${officerId}`, `D${dossierCode}`, `N${name}`, `U${subject}`]) {
          expect(entry.leaf).not.toContain(inJson(raw))
        }
        for (const raw of [`S${subject}`, `O${officerId}`, `N${name}`]) expect(evidence).not.toContain(inJson(raw))
      }),
      { numRuns: 200 },
    )
  })
})
