/** A business registry made of a list of firms. */
import type { Business, BusinessAnswer, BusinessCode } from '#domain/business.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { BusinessRegistry } from '#domain/ports/business-registry.ts'

export interface FakeBusinessRegistry extends BusinessRegistry {
  readonly calls: { readonly code: BusinessCode; readonly call: CallContext }[]
  /** When set, answers instead of the registry. */
  answerWith?: (code: BusinessCode, call: CallContext) => Promise<BusinessAnswer>
}

export function fakeBusinessRegistry(businesses: readonly Business[]): FakeBusinessRegistry {
  const calls: FakeBusinessRegistry['calls'] = []
  const registry: FakeBusinessRegistry = {
    calls,
    findBusiness: async (code, call) => {
      calls.push({ code, call })
      if (registry.answerWith !== undefined) return registry.answerWith(code, call)
      const source = {
        dialect: 'enterprise-v1',
        retrievedAt: '2026-11-23T02:30:00.000Z',
        answerSha256: 'A'.repeat(43),
      }
      const business = businesses.find((candidate) => candidate.code === code)
      return business === undefined ? { kind: 'none', source } : { kind: 'found', business, source }
    },
  }
  return registry
}
