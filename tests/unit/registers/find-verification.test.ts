import { describe, expect, it } from 'vitest'
import type { VerificationStore } from '#domain/ports/stores.ts'
import { createFindVerification } from '#registers/find-verification.ts'
import { aRequest } from '../../support/a-request.ts'

const text = '{"id":"ver_1","outcome":"match","verdicts":{"fullName":"match"},"warnings":[],"evidence":"e.v.i"}'

const verifications: VerificationStore = {
  find: async (tenant, id) =>
    tenant === 'lao-cai' && id === 'ver_1'
      ? { id, clientId: 'demo-one-stop', outcome: 'match', answer: text, createdAtMs: 0 }
      : undefined,
}
const findVerification = createFindVerification({ verifications })

describe('a verification read again', () => {
  it('is not found by an unknown id', async () => {
    await expect(findVerification('ver_2', aRequest())).rejects.toMatchObject({ code: 'verification_not_found' })
  })

  it('is not found by another tenant', async () => {
    const { principal } = aRequest()
    const elsewhere = aRequest({ principal: { ...principal, tenant: 'son-la' } })
    await expect(findVerification('ver_1', elsewhere)).rejects.toMatchObject({ code: 'verification_not_found' })
  })

  it('is the same text once more', async () => {
    expect(JSON.stringify(await findVerification('ver_1', aRequest()))).toBe(text)
  })
})
