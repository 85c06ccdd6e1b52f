import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { provenStatement } from '../support/check-evidence.ts'
import { firms } from '../support/invented-people.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse()
})
afterEach(async () => {
  expect(await house.control.violations()).toEqual([])
  await house.control.post('/reset')
})
afterAll(() => house.close())

const find = (code: string) => house.client.get(`/v1/businesses/${code}`)
const askedOfRegistry = async (): Promise<readonly string[]> => {
  const { body } = await house.control.get('/exchanges')
  return (body['data'] as { operation: string }[]).map(({ operation }) => operation)
}

describe('a firm the registry knows', () => {
  const inUrls = firms.filter(({ code }) => code.length !== 12)

  it.each(inUrls)('is found as it is registered: $code', async ({ code, name, status }) => {
    const { status: httpStatus, body } = await find(code)
    expect({ httpStatus, code: body['code'], name: body['name'], status: body['status'] }).toEqual({
      httpStatus: 200,
      code,
      name,
      status,
    })
    expect(body['source']).toMatchObject({ system: 'business_registry', dialect: 'enterprise-v1', stale: false })
  })

  it('may be a branch or an office, under its parent’s code and three digits', async () => {
    expect((await find('9900123459-001')).body['kind']).toBe('branch')
    expect((await find('9900123459-002')).body['kind']).toBe('representative_office')
  })

  it('is answered without its people: representatives and members are nobody’s business here', async () => {
    for (const code of ['9900123459', '9900200216', '9900200223']) {
      const { text } = await find(code)
      expect(text).not.toMatch(/VŨ ĐÌNH QUÝ|015078000120|representative"|members/i)
    }
  })

  it('comes with evidence of the look-up, and an audit entry that names the firm by a tag only', async () => {
    const { body } = await find('9900123459')
    const { claims } = await provenStatement(house.url, String(body['evidence']))
    expect(claims).toMatchObject({ purpose: 'findBusiness', result: 'found', upstream: 'business_registry' })
    const [entry] = await house.rows<{ leaf: string }>('select leaf from gateway.audit_entries where id = $1', [
      claims['audit_entry'],
    ])
    expect(JSON.parse(entry?.leaf ?? '')).toMatchObject({ result_code: 'found', http_status: 200 })
    expect(entry?.leaf).not.toMatch(/9900123459|SAO MAI/)
  })
})

describe('a code', () => {
  it.each([
    ['with a wrong check digit', '9900123450', 422, 'invalid_business_code'],
    ['of nine digits', '990012345', 422, 'invalid_business_code'],
    ['of a branch numbered 000', '9900123459-000', 422, 'invalid_business_code'],
    ['of twelve digits, which is a person’s number', '015185000011', 400, 'code_not_allowed_in_url'],
  ])('%s is refused before the registry is asked', async (_, code, status, problem) => {
    const answer = await find(code)
    expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status, code: problem })
    expect(await askedOfRegistry()).toEqual([])
  })

  it('that nobody has is not found, which is the registry’s own word', async () => {
    const { status, body } = await find('9900999990')
    expect({ status, ...body }).toMatchObject({
      status: 404,
      code: 'business_not_found',
      origin: 'business_registry',
      fate: 'answered',
    })
  })
})

describe('an answer that is none', () => {
  it.each([
    ['html-with-200', 502, 'upstream_contract_broken'],
    ['empty', 502, 'upstream_contract_broken'],
    ['wrong-business', 502, 'upstream_contract_broken'],
    ['status-0', 503, 'upstream_failed'],
  ])('is never taken for "not found": %s', async (fault, status, problem) => {
    await house.control.fault({ system: 'business_registry', operation: 'chiTietDoanhNghiep', fault })
    const { body, ...answer } = await find('9900123459')
    expect({ status: answer.status, code: body['code'], origin: body['origin'] }).toEqual({
      status,
      code: problem,
      origin: 'business_registry',
    })
    await house.control.remove('/faults')
    expect((await find('9900123459')).status).toBe(200)
  })
})

describe('the registry’s token', () => {
  it('is fetched once for many look-ups, and anew when it runs out over there', async () => {
    await find('9900123459')
    await find('9900200110')
    const details = (operations: readonly string[]) => operations.filter((one) => one === 'token').length
    expect(details(await askedOfRegistry())).toBeLessThanOrEqual(1)
    await house.control.post('/clock', { advanceMs: 2 * 3_600_000 })
    expect((await find('9900123459')).status).toBe(200)
    expect(details(await askedOfRegistry())).toBeGreaterThanOrEqual(1)
  })

  it('that was revoked over there is replaced without the caller noticing', async () => {
    await find('9900123459')
    await house.control.fault({
      system: 'business_registry',
      operation: 'chiTietDoanhNghiep',
      fault: 'token-expired',
      times: 1,
    })
    expect((await find('9900123459')).status).toBe(200)
  })
})
