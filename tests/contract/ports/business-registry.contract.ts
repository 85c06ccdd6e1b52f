/** What every `BusinessRegistry` does, whatever stands behind it. */
import type { BusinessCode } from '#domain/business.ts'
import type { BusinessRegistry } from '#domain/ports/business-registry.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCall } from '../../support/a-call.ts'

export interface RegistrySubject {
  readonly registry: BusinessRegistry
  close(): Promise<void>
}

export function businessRegistryContract(name: string, open: () => Promise<RegistrySubject>): void {
  describe(`business registry: ${name}`, () => {
    let subject: RegistrySubject
    beforeAll(async () => {
      subject = await open()
    })
    afterAll(() => subject.close())
    const find = (code: string) => subject.registry.findBusiness(code as BusinessCode, aCall())

    it('knows nothing of a code nobody has', async () => {
      expect(await find('9999999984')).toMatchObject({ kind: 'none', source: { dialect: 'enterprise-v1' } })
    })

    it('finds a firm and says where and when it was found', async () => {
      expect(await find('9900123459')).toMatchObject({
        kind: 'found',
        business: { code: '9900123459', kind: 'enterprise', name: 'CÔNG TY TNHH SAO MAI', status: 'active' },
        source: {
          retrievedAt: expect.stringMatching(/^\d{4}-.*Z$/),
          answerSha256: expect.stringMatching(/^[\w-]{43}$/),
        },
      })
    })

    it('finds a branch by its own code', async () => {
      expect(await find('9900123459-001')).toMatchObject({ kind: 'found', business: { kind: 'branch' } })
    })
  })
}
