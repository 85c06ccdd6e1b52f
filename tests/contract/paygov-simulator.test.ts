/** The simulator against its contract, spoken to in messages that were signed here and not by the adapter. */
import { createHash } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { loadOpenApi } from '#sandbox/kernel/check-openapi.ts'
import { startSandbox, type Sandbox } from '#sandbox/index.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { receiver, type JsonReceiver } from '../support/json-receiver.ts'
import { controlOf, type SandboxControl } from '../support/sandbox-control.ts'

let sandbox: Sandbox
let control: SandboxControl
let partnerSide: JsonReceiver
let bearer = ''

beforeAll(async () => {
  partnerSide = await receiver()
  sandbox = await startSandbox({ controlPort: 0, notifyUrl: `${partnerSide.origin}/notifications/payment-portal` })
  control = controlOf(sandbox.controlUrl)
})
beforeEach(async () => {
  await control.post('/reset')
  partnerSide.clear()
  bearer = await token()
})
afterAll(() => Promise.all([sandbox.close(), partnerSide.close()]))

type Message = Readonly<Record<string, unknown>>

async function token(): Promise<string> {
  const { clientId, clientSecret } = sandbox.credentials.payGov.lgsp
  const answer = await fetch(sandbox.payGovTokenUrl, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

const sha256 = (...values: readonly string[]) => createHash('sha256').update(values.join('')).digest('hex')
const reference = '0MSJ7XK2B9Q4T1V5Z8D3'

function create(overrides: Message = {}): Message {
  const { partnerCode, accessKey, secret } = sandbox.credentials.payGov
  const message: Message = {
    partnerCode,
    accessKey,
    returnUrl: `${partnerSide.origin}/return/paygov?MaThamChieu=${reference}`,
    orderId: `H38.29-H38.29-261123-0007-${reference}`,
    amount: 50_000,
    orderInfo: 'THANH TOAN HO SO H38.29-261123-0007',
    requestCode: reference,
    ipAddress: '10.0.0.1',
    ...overrides,
  }
  const signed = ['partnerCode', 'orderId', 'requestCode', 'amount'].map((name) =>
    String(message[name] as string | number),
  )
  return { ...message, checksum: sha256(secret, accessKey, ...signed) }
}

async function post(message: Message, headers: Readonly<Record<string, string>> = {}) {
  const { accessToken } = sandbox.credentials.payGov.lgsp
  const answer = await fetch(`${sandbox.payGovUrl}/transactions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${bearer}`,
      lgspaccesstoken: accessToken,
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(message),
  })
  return { status: answer.status, body: (await answer.json()) as Message }
}
const urlOf = ({ body }: { body: Message }) => (body['data'] as { url: string }).url
const pointers = async () => (await control.violations()).map(({ pointer }) => pointer)

describe('create', () => {
  it('is answered with a pay page, and the same bytes with the same one', async () => {
    const first = await post(create())
    expect(first.body).toMatchObject({ error_code: 'SUCCESSFUL', data: { requestCode: reference } })
    expect(urlOf(await post(create()))).toBe(urlOf(first))
    expect((await control.get('/paygov/payments')).body['data']).toHaveLength(1)
  })

  it('never takes a known order id with other content', async () => {
    await post(create())
    expect((await post(create({ amount: 60_000 }))).body).toMatchObject({ error_code: 'INVALID_REQUEST' })
    expect(await pointers()).toEqual(['/orderId'])
    expect((await control.get(`/payments/${reference}`)).body).toMatchObject({ amount: 50_000 })
  })

  it.each([
    ['another partner', { partnerCode: 'SOMEBODY' }, 'SIGNATURE_WRONG', '/partnerCode'],
    ['an order id that is not of the request', { orderId: `H38-X-${'0'.repeat(20)}` }, 'INVALID_REQUEST', '/orderId'],
    ['an amount as text', { amount: '50000' }, 'INVALID_REQUEST', '/amount'],
    ['accents', { orderInfo: 'Thanh toán' }, 'INVALID_REQUEST', '/orderInfo'],
    ['a field nobody knows', { colour: 'red' }, 'INVALID_REQUEST', '/colour'],
  ])('with %s is refused and said to be a violation', async (_, overrides, code, pointer) => {
    expect((await post(create(overrides))).body).toMatchObject({ error_code: code })
    expect(await pointers()).toEqual([pointer])
    expect((await control.get('/paygov/payments')).body['data']).toEqual([])
  })

  it('with a wrong checksum is SIGNATURE_WRONG', async () => {
    const answer = await post({ ...create(), checksum: '0'.repeat(64) })
    expect(answer.body).toMatchObject({ error_code: 'SIGNATURE_WRONG' })
  })

  it.each([{ authorization: 'Bearer nobody' }, { lgspaccesstoken: 'nobody' }])(
    'is turned away at the door with %o',
    async (headers) => expect((await post(create(), headers)).status).toBe(401),
  )
})

describe('the payer', () => {
  const choose = async (url: string, fields: Readonly<Record<string, string>>) => {
    const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
    return { status: answer.status, location: answer.headers.get('location') }
  }

  it('pays on the page, is led back to the return address as it was sent, and the partner is told', async () => {
    const url = urlOf(await post(create()))
    const page = await (await fetch(url)).text()
    expect(page).toContain('50.000 đồng')
    expect(page).not.toMatch(/<script|Nền tảng thanh toán quốc gia/)
    expect(await choose(url, { cach: 'SAOBIEN', 'ket-qua': 'paid' })).toEqual({
      status: 303,
      location: `${partnerSide.origin}/return/paygov?MaThamChieu=${reference}`,
    })
    const [{ path, body } = { path: '', body: {} }] = await partnerSide.atLeast(1)
    expect(path).toBe('/notifications/paygov')
    expect(loadOpenApi(pathToFileURL('contracts/paygov/notifications.yaml')).checker('Ipn')(body)).toEqual([])
    expect(body).toMatchObject({ requestCode: reference, errorCode: '00', amount: 50_000, paygate: 'SAOBIEN' })
  })

  it('pays nothing without a bank, nor twice', async () => {
    const url = urlOf(await post(create()))
    expect((await choose(url, { 'ket-qua': 'paid' })).status).toBe(200)
    await choose(url, { cach: 'SAOBIEN', 'ket-qua': 'paid' })
    await choose(url, { cach: 'DONGLUA', 'ket-qua': 'failed' })
    expect((await control.get(`/payments/${reference}`)).body).toMatchObject({ standing: 'paid', bank: 'SAOBIEN' })
  })

  it('can be played by the control API, which knows whose reference it is', async () => {
    await post(create())
    const { status, body } = await control.post(`/payments/${reference}/outcome`, { outcome: 'failed' })
    expect([status, body['standing']]).toEqual([200, 'failed'])
    expect((await partnerSide.atLeast(1))[0]?.body).toMatchObject({ errorCode: '99' })
    expect((await control.post('/payments/NOBODY/outcome', { outcome: 'paid' })).status).toBe(404)
    expect((await control.post(`/payments/${reference}/outcome`, { outcome: 'paid' })).status).toBe(200)
    expect((await control.post(`/payments/${reference}/outcome`, { outcome: 'failed' })).status).toBe(409)
  })
})

describe('the IPN', () => {
  const results = async () =>
    ((await control.get(`/payments/${reference}`)).body['notifications'] as { result: string }[]).map(
      ({ result }) => result,
    )

  it('comes again until it is acknowledged in PayGov’s form', async () => {
    partnerSide.answer = { error_code: 'FAILED', error_message: '' }
    await control.post('/clock', { freeze: true })
    await post(create())
    await control.post(`/payments/${reference}/outcome`, { outcome: 'paid' })
    await eventually(results, (all) => all[0] === 'FAILED')
    partnerSide.answer = { MaLoi: '00' }
    await control.post('/clock', { advanceMs: 5_000 })
    await eventually(results, (all) => all[1] === 'bad acknowledgement')
    partnerSide.answer = { error_code: 'SUCCESSFUL', error_message: '' }
    await control.post('/clock', { advanceMs: 25_000 })
    await eventually(results, (all) => all[2] === 'acknowledged')
    await control.post('/clock', { advanceMs: 3_600_000 })
    expect(await results()).toHaveLength(3)
    expect(await pointers()).toEqual([''])
  })
})

describe('the settlement file', () => {
  it('is only for whoever signs the day', async () => {
    const answer = await fetch(`${sandbox.payGovUrl}/doi-soat?partnerCode=LAOCAIPAYGOV&date=20261123&checksum=0`, {
      headers: {
        authorization: `Bearer ${bearer}`,
        lgspaccesstoken: sandbox.credentials.payGov.lgsp.accessToken,
      },
    })
    expect(answer.status).toBe(401)
  })
})
