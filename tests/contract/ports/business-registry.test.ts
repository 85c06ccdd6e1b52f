import { createBusinessRegistryAdapter } from '#adapters/business-registry/index.ts'
import type { Business, BusinessCode } from '#domain/business.ts'
import { systemClock } from '#main/clock.ts'
import nock from 'nock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCall } from '../../support/a-call.ts'
import { fakeBusinessRegistry } from '../../support/fake-business-registry.ts'
import { firms as inventedFirms } from '../../support/invented-people.ts'
import { openThreeSystems, type ThreeSystems } from '../../support/three-systems.ts'
import { businessRegistryContract } from './business-registry.contract.ts'

/** The loader of the sandbox's page reads less of them than stands in the file. */
const firms = inventedFirms as unknown as readonly Business[]

businessRegistryContract('adapter against the sandbox', async () => {
  const { registry, close } = await openThreeSystems()
  return { registry, close }
})

businessRegistryContract('in memory', async () => {
  const registered = firms.map(({ code, kind, name, status }) => ({ code, kind, name, status, activities: [] }))
  return { registry: fakeBusinessRegistry(registered), close: async () => undefined }
})

describe('every invented firm', () => {
  let systems: ThreeSystems
  beforeAll(async () => {
    systems = await openThreeSystems()
  })
  afterAll(() => systems.close())

  it('is found as it was invented', async () => {
    for (const { code, kind, name, status } of firms) {
      if (!/^\d{10}(?:-\d{3})?$/.test(code)) continue
      const answer = await systems.registry.findBusiness(code, aCall())
      expect(answer, code).toMatchObject({ kind: 'found', business: { code, kind, name, status } })
    }
    expect(await systems.control.violations()).toEqual([])
  })
})

describe('the business registry adapter over nock', () => {
  const origin = 'http://registry.test'
  const answer = (code: string) => ({
    Status: '1',
    Message: '',
    DataCount: 1,
    Data: { MainInformation: { ENTERPRISE_GDT_CODE: code, NAME: 'CÔNG TY TNHH SAO MAI', ENTERPRISE_STATUS: '1' } },
  })
  const open = () =>
    createBusinessRegistryAdapter({
      dialect: 'enterprise-v1',
      url: `${origin}/chiTietDoanhNghiep`,
      tokenUrl: `${origin}/token`,
      clientId: 'key:with colon',
      secret: 's',
      clock: systemClock,
    })
  beforeAll(() => nock.disableNetConnect())
  afterAll(() => {
    nock.enableNetConnect()
    nock.cleanAll()
  })

  it('fetches one token for many calls and sends it with each', async () => {
    const adapter = open()
    const basic = `Basic ${Buffer.from('key%3Awith%20colon:s').toString('base64')}`
    nock(origin, { reqheaders: { authorization: basic } })
      .post('/token', 'grant_type=client_credentials')
      .reply(200, { access_token: 'abc', token_type: 'bearer', expires_in: 3600 })
    nock(origin, { reqheaders: { authorization: 'Bearer abc' } })
      .get('/chiTietDoanhNghiep')
      .query({ msdn: '9900123459' })
      .times(3)
      .reply(200, answer('9900123459'))
    const calls = [1, 2, 3].map(() => adapter.findBusiness('9900123459' as BusinessCode, aCall()))
    expect(await Promise.all(calls)).toMatchObject([{ kind: 'found' }, { kind: 'found' }, { kind: 'found' }])
    expect(nock.isDone()).toBe(true)
    await adapter.close()
  })
})
