import { describe, expect, it } from 'vitest'
import type { Business, BusinessCode } from '#domain/business.ts'
import { canonicalJson } from '#domain/canonical-json.ts'
import { GatewayError, UpstreamError } from '#domain/errors.ts'
import { createFindBusiness } from '#registers/find-business.ts'
import { aRequest } from '../../support/a-request.ts'
import { fakeAccountability } from '../../support/fake-accountability.ts'
import { fakeBusinessRegistry } from '../../support/fake-business-registry.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { recordingUnitOfWork } from '../../support/recording-unit-of-work.ts'
import { sequentialIds } from '../../support/sequential-ids.ts'

const saoMai: Business = {
  code: '9900123459' as BusinessCode,
  kind: 'enterprise',
  name: 'CÔNG TY TNHH SAO MAI',
  status: 'active',
  statusText: 'Đang hoạt động',
  registeredOn: '2015-04-20',
  changes: 3,
  headOffice: { full: 'Số 12, đường Hoa Ban, phường Lào Cai, tỉnh Lào Cai', province: 'Lào Cai' },
  activities: [{ code: '6201', name: 'Lập trình máy vi tính', main: true }],
  charterCapital: '1500000000',
}

function aHouse(businesses: readonly Business[] = [saoMai]) {
  const registry = fakeBusinessRegistry(businesses)
  const accountability = fakeAccountability()
  const unitOfWork = recordingUnitOfWork()
  const clock = manualClock()
  const deps = {
    businessRegistry: (tenant: string) => (tenant === 'lao-cai' ? registry : undefined),
    accountability,
    unitOfWork,
    clock,
    ids: sequentialIds(),
    livemode: () => false,
    statusOf: (error: unknown) => (error instanceof GatewayError ? 404 : 503),
    deadlines: { businessMs: 8_000 },
  }
  return { ...deps, registry, findBusiness: createFindBusiness(deps) }
}

describe('a code that is refused', () => {
  it.each([
    ['9900123458', 'invalid_business_code'],
    ['015185000011', 'code_not_allowed_in_url'],
    ['../../token', 'invalid_business_code'],
  ])('never reaches the registry: %s', async (code, expected) => {
    const { findBusiness, registry, unitOfWork } = aHouse()
    await expect(findBusiness(code, aRequest())).rejects.toMatchObject({ code: expected })
    expect(registry.calls).toEqual([])
    expect(unitOfWork.committed).toEqual([])
  })
})

describe('a firm that is not found', () => {
  it('is put on record before the refusal leaves', async () => {
    const { findBusiness, accountability, unitOfWork } = aHouse([])
    await expect(findBusiness('9900123459', aRequest())).rejects.toMatchObject({ code: 'business_not_found' })
    expect(unitOfWork.committed).toHaveLength(1)
    expect(accountability.steps[0]).toMatchObject({ kind: 'lookup', result: 'business_not_found', httpStatus: 404 })
  })

  it('is not reported when it cannot be put on record', async () => {
    const { findBusiness, unitOfWork } = aHouse([])
    unitOfWork.failures.push(new GatewayError('storage_unavailable', 'no database'))
    await expect(findBusiness('9900123459', aRequest())).rejects.toMatchObject({ code: 'storage_unavailable' })
  })
})

describe('trouble with the registry', () => {
  it('is put on record before it leaves', async () => {
    const { findBusiness, registry, accountability, unitOfWork } = aHouse()
    registry.answerWith = () =>
      Promise.reject(
        new UpstreamError('upstream_circuit_open', 'open', {
          upstream: 'business_registry',
          operation: 'findBusiness',
          fate: 'not_sent',
        }),
      )
    await expect(findBusiness('9900123459', aRequest())).rejects.toMatchObject({ code: 'upstream_circuit_open' })
    expect(unitOfWork.committed).toHaveLength(1)
    expect(accountability.steps[0]).toMatchObject({ result: 'upstream_circuit_open', httpStatus: 503 })
  })

  it('is that there is none for this tenant', async () => {
    const { principal } = aRequest()
    const elsewhere = aRequest({ principal: { ...principal, tenant: 'son-la' } })
    await expect(aHouse().findBusiness('9900123459', elsewhere)).rejects.toMatchObject({
      code: 'upstream_not_configured',
    })
  })

  it('ends at the deadline of 8 seconds', async () => {
    const { findBusiness, registry } = aHouse()
    await findBusiness('9900123459', aRequest())
    expect(registry.calls[0]?.call.deadlineMs).toBe(8_000)
  })
})

describe('a firm that is found', () => {
  it('is answered whole, fresh, with its evidence last', async () => {
    const { findBusiness } = aHouse()
    const answer = await findBusiness('9900123459', aRequest())
    expect(answer).toEqual({
      id: expect.stringMatching(/^biz_\d{26}$/),
      ...saoMai,
      source: {
        system: 'business_registry',
        dialect: 'enterprise-v1',
        retrievedAt: '2026-11-23T02:30:00.000Z',
        stale: false,
      },
      livemode: false,
      evidence: expect.stringMatching(/^evidence-of-/),
    })
    expect(Object.keys(answer).at(-1)).toBe('evidence')
  })

  it('has no members the registry did not fill', async () => {
    const answer = await aHouse().findBusiness('9900123459', aRequest())
    expect(Object.values(answer)).not.toContain(undefined)
    expect(Object.keys(answer)).not.toContain('foreignName')
  })

  it('shows nothing beyond the documented members, whatever an adapter lets through', async () => {
    const canary = {
      legalNames: 'CANARY',
      headOffice: { ...saoMai.headOffice, phone: 'CANARY' },
    } as unknown as Business
    const { findBusiness, accountability } = aHouse([{ ...saoMai, ...canary }])
    expect(JSON.stringify(await findBusiness('9900123459', aRequest()))).not.toContain('CANARY')
    expect(accountability.steps[0]?.response).not.toContain('CANARY')
  })

  it('is on record with its code and what was answered', async () => {
    const { findBusiness, accountability, unitOfWork } = aHouse()
    const { evidence, ...answer } = await findBusiness('9900123459', aRequest())
    expect(evidence).not.toBe('')
    expect(unitOfWork.committed).toEqual([{ tenant: 'lao-cai', entries: [expect.anything()], writes: [] }])
    expect(accountability.steps).toEqual([
      expect.objectContaining({
        kind: 'lookup',
        action: 'findBusiness',
        subject: { type: 'business', value: '9900123459' },
        upstream: 'business_registry',
        result: 'found',
        httpStatus: 200,
        request: '{"code":"9900123459"}',
        response: canonicalJson(answer),
      }),
    ])
  })
})
