import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadOpenApi } from '#sandbox/kernel/check-openapi.ts'
import { openSimulators, type Simulators } from '../support/simulators.ts'

const contract = loadOpenApi(pathToFileURL('contracts/business-registry/openapi.yaml'))
const isAnswer = contract.checker('Answer')
const firms = parse(readFileSync('contracts/personas/businesses.yaml', 'utf8')) as { code: string; name: string }[]

let sandbox: Simulators
beforeAll(async () => {
  sandbox = await openSimulators()
})
afterAll(() => sandbox.close())
beforeEach(() => sandbox.reset())

interface Told {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

async function read(answer: Response): Promise<Told> {
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') && text !== ''
  return {
    status: answer.status,
    headers: answer.headers,
    body: isJson ? (JSON.parse(text) as Told['body']) : { text },
  }
}

const basic = (key: string, secret: string) => `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`
const right = basic('one-stop-lao-cai', 'sandbox-registry-secret')

const askToken = async (authorization = right, form = 'grant_type=client_credentials') =>
  read(
    await fetch(sandbox.registryTokenUrl, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: form,
    }),
  )

const token = async () => String((await askToken()).body['access_token'])
const find = async (code: string, bearer?: string) =>
  read(
    await fetch(`${sandbox.registryUrl}?msdn=${encodeURIComponent(code)}`, {
      headers: { authorization: `Bearer ${bearer ?? (await token())}` },
    }),
  )
const fault = (name: string, operation = 'chiTietDoanhNghiep') =>
  sandbox.fault({ system: 'business_registry', operation, fault: name, times: 1 })
const violations = () => sandbox.kernel.violations.list().map(({ operation, pointer }) => `${operation} ${pointer}`)

describe('the token endpoint of the simulated registry', () => {
  it.each([
    ['a wrong secret', basic('one-stop-lao-cai', 'wrong')],
    ['another key', basic('somebody', 'sandbox-registry-secret')],
    ['a bearer token', 'Bearer x'],
  ])('refuses %s with 401 invalid_client', async (_, authorization) => {
    const { status, body, headers } = await askToken(authorization)
    expect({ status, body }).toEqual({ status: 401, body: { error: 'invalid_client' } })
    expect(headers.get('www-authenticate')).toBe('Basic')
    expect(violations()).toEqual(['token /headers/authorization'])
  })

  it.each([
    ['another grant', 'grant_type=password', 'unsupported_grant_type'],
    ['no grant', '', 'invalid_request'],
    ['more than the contract knows', 'grant_type=client_credentials&username=x', 'unsupported_grant_type'],
  ])('refuses %s with 400', async (_, form, error) => {
    expect(await askToken(right, form)).toMatchObject({ status: 400, body: { error } })
    expect(violations()).not.toEqual([])
  })

  it('gives a bearer token of an hour, which may not be cached', async () => {
    const { status, body, headers } = await askToken()
    expect(status).toBe(200)
    expect(contract.checker('TokenAnswer')(body)).toEqual([])
    expect(body['expires_in']).toBe(3600)
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('refuses the right client while the fault says so', async () => {
    await fault('invalid-client', 'token')
    expect(await askToken()).toMatchObject({ status: 401 })
    expect(violations()).toEqual([])
  })
})

describe('chiTietDoanhNghiep', () => {
  it.each([
    ['no token', ''],
    ['a token it never gave', 'abc'],
  ])('refuses %s with 401 and the platform’s own body', async (_, bearer) => {
    expect(await find('9900123459', bearer)).toMatchObject({ status: 401, body: { fault: { code: 900901 } } })
  })

  it('refuses a token exactly when its hour is over on the simulator’s clock', async () => {
    await sandbox.control('POST', '/clock', { freeze: true })
    const bearer = await token()
    await sandbox.control('POST', '/clock', { advanceMs: 3_600_000 - 1 })
    expect(await find('9900123459', bearer)).toMatchObject({ status: 200 })
    await sandbox.control('POST', '/clock', { advanceMs: 1 })
    expect(await find('9900123459', bearer)).toMatchObject({ status: 401 })
  })

  it('forgets tokens on reset', async () => {
    const bearer = await token()
    await sandbox.reset()
    expect(await find('9900123459', bearer)).toMatchObject({ status: 401 })
  })

  it('says not found with HTTP 200, Status "0" and a count of nothing', async () => {
    const { status, body } = await find('9900999995')
    expect(status).toBe(200)
    expect(body).toMatchObject({ Status: '0', DataCount: 0, Data: null })
    expect(isAnswer(body)).toEqual([])
    expect(violations()).toEqual([])
  })

  it.each(['990012345', '9900123459-1', '9900123459 ', 'SAO MAI', ''])(
    'fails on the malformed code "%s" without saying not found',
    async (code) => {
      const { body } = await find(code)
      expect(body).toMatchObject({ Status: '0' })
      expect(body).not.toHaveProperty('DataCount')
      expect(violations()).toEqual(['chiTietDoanhNghiep /query/msdn'])
    },
  )

  it('notices a parameter of another dialect', async () => {
    const bearer = await token()
    await fetch(`${sandbox.registryUrl}?msdn=9900123459&mst=1`, { headers: { authorization: `Bearer ${bearer}` } })
    expect(violations()).toEqual(['chiTietDoanhNghiep /query/mst'])
  })

  it('answers every invented firm within the contract, under its own code', async () => {
    const bearer = await token()
    for (const { code, name } of firms) {
      const { body } = await find(code, bearer)
      expect(isAnswer(body), code).toEqual([])
      expect(body, code).toMatchObject({
        Status: '1',
        DataCount: 1,
        Data: { MainInformation: { ENTERPRISE_GDT_CODE: code, NAME: name } },
      })
    }
    expect(violations()).toEqual([])
  })

  it.each([
    ['9900123459', false, 1],
    ['9900200216', true, 3],
    ['9900200223', true, 1],
  ])('sends the representatives of %s in the form they have there', async (code, isArray, count) => {
    const { body } = await find(code)
    const { Representatives: sent } = body['Data'] as { Representatives: unknown }
    expect(Array.isArray(sent)).toBe(isArray)
    expect([sent].flat()).toHaveLength(count)
  })

  it('leaves the block out where there is nobody', async () => {
    const { body } = await find('9900200304')
    expect(body['Data']).not.toHaveProperty('Representatives')
  })

  it('tells the dates of a suspension, the older status form, a district, numbers in quotes', async () => {
    const mainOf = async (code: string) =>
      ((await find(code)).body['Data'] as { MainInformation: Record<string, unknown> }).MainInformation
    expect(await mainOf('9900200142')).toMatchObject({
      ENTERPRISE_STATUS_ID: '2',
      SUSPENDED_FROM_DATE: '01/02/2026',
      SUSPENDED_TO_DATE: '31/01/2027',
    })
    const older = await mainOf('9900200262')
    expect(older).toMatchObject({ ENTERPRISE_STATUS: '1' })
    expect(older).not.toHaveProperty('ENTERPRISE_STATUS_ID')
    expect(await mainOf('9900200047')).toMatchObject({ CAPITAL_AMOUNT: '650000000000', NUMBER_CHANGES: '21' })
    expect((await find('9900200262')).body['Data']).toMatchObject({ HOAdress: { DistrictName: 'Huyện Lục Yên' } })
  })
})

describe('faults of the registry', () => {
  it.each([
    ['token-expired', { status: 401, body: { fault: { code: 900901 } } }],
    ['not-covered', { status: 403, body: { fault: { code: 900908 } } }],
    ['quota', { status: 429, body: { fault: { code: 900802 } } }],
    ['not-found', { status: 200, body: { Status: '0', DataCount: 0 } }],
    ['http-500', { status: 500 }],
    ['soap-fault', { status: 500 }],
  ])('%s shows once and is over', async (name, shown) => {
    const bearer = await token()
    await fault(name)
    expect(await find('9900123459', bearer)).toMatchObject(shown)
    expect(await find('9900123459', bearer)).toMatchObject({ status: 200, body: { Status: '1' } })
  })

  it('status-0 is a failure without a count', async () => {
    await fault('status-0')
    const { body } = await find('9900123459')
    expect(body).toMatchObject({ Status: '0' })
    expect(body).not.toHaveProperty('DataCount')
    expect(isAnswer(body)).toEqual([])
  })

  it('quota says when to come back', async () => {
    await fault('quota')
    expect((await find('9900123459')).headers.get('retry-after')).toBe('30')
  })

  it('html-with-200 is a page where JSON should be', async () => {
    await fault('html-with-200')
    const { status, headers, body } = await find('9900123459')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('text/html')
    expect(String(body['text'])).toContain('<html')
  })

  it('wrong-business is a right answer about somebody else', async () => {
    await fault('wrong-business')
    const { body } = await find('9900123459')
    expect(isAnswer(body)).toEqual([])
    const { MainInformation: main } = body['Data'] as { MainInformation: Record<string, unknown> }
    expect(main['ENTERPRISE_GDT_CODE']).not.toBe('9900123459')
  })

  it('unknown-status is a code and a name nobody has seen', async () => {
    await fault('unknown-status')
    const { body } = await find('9900123459')
    expect(body['Data']).toMatchObject({
      MainInformation: { ENTERPRISE_STATUS_ID: '97', NAME: 'CÔNG TY TNHH SAO MAI' },
    })
  })

  it('matches by code: other firms are answered as ever', async () => {
    await sandbox.fault({ system: 'business_registry', fault: 'status-0', match: { code: '9900123459' } })
    expect((await find('9900200110')).body).toMatchObject({ Status: '1' })
    expect((await find('9900123459')).body).toMatchObject({ Status: '0' })
  })
})
