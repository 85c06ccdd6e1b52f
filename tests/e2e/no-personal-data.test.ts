/**
 * Drives everybody through every route, well and badly, and then reads everything the gateway ever said to anybody but
 * the caller: its output at the highest level, its metrics, its problems, its audit log, its database's log.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientKeyFile, demoClientId } from '#auth/demo-client.ts'
import { readClientKeyFile } from '#auth/client-key-file.ts'
import { signAssertion } from '#auth/sign-assertion.ts'
import { aVerification } from '../support/api-bodies.ts'
import type { ApiAnswer } from '../support/api-client.ts'
import { firms, people, personOf, truthfulSubject } from '../support/invented-people.ts'
import {
  aNotification,
  anOrder,
  create,
  notify,
  payer,
  pressOnPayPage,
  reaches,
  type Payment,
} from '../support/payment-journey.ts'
import { findPersonalData } from '../support/personal-data.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

let house: RunningHouse
/** Everything that must hold nothing, by where it comes from. */
const said: Record<string, string> = {}
const secrets: Record<string, string[]> = { 'pay URL': [], token: [], assertion: [], secret: [] }
const problems: string[] = []
let calls = 0

/** Counts the call, and keeps what every problem says. */
async function noted<T extends ApiAnswer<unknown>>(call: Promise<T>): Promise<T> {
  const answer = await call
  calls += 1
  if (answer.status >= 400) problems.push(answer.text)
  return answer
}

beforeAll(async () => {
  house = await openHouse({ asProgram: true, deadlines: { verifyMs: 700, businessMs: 700, initMs: 700, queryMs: 700 } })
  secrets['token']?.push(house.client.token)
  await everybodyIsVerified()
  await everyFirmIsLookedUp()
  await everybodyPays()
  await moneyGoesBack()
  await everyDoorIsMistaken()
  await strangersKnock()
  await collect()
}, 120_000)
afterAll(() => house.close())

const verify = (subject: Record<string, unknown>, differing: Record<string, unknown> = {}) =>
  noted(house.client.post('/v1/identity-verifications', aVerification({ subject, ...differing })))

async function everybodyIsVerified(): Promise<void> {
  for (const person of people) {
    const { body } = await verify(truthfulSubject(person))
    await noted(house.client.get(`/v1/identity-verifications/${String(body['id'])}`))
  }
  const hoa = truthfulSubject(personOf('nguyen-thi-hoa'))
  const faults =
    'reset hang malformed truncated html-with-200 soap-fault-200 wrong-person multiple-matches oversized doctype'
  for (const fault of faults.split(' ')) {
    await house.control.fault({ system: 'population', fault })
    await verify(hoa)
    await house.control.remove('/faults')
    await Promise.all([verify(hoa), verify(hoa), verify(hoa)])
  }
  // What belongs in one place, put into another.
  const { fullName, personalId } = { fullName: 'Nguyễn Thị Hoà', personalId: '015185000011' }
  await verify({ ...hoa, personalId: fullName })
  await verify({ ...hoa, fullName: `${fullName}\u202e<script>` })
  await verify({ ...hoa, dateOfBirth: personalId })
  await verify({ ...hoa, [fullName]: personalId })
  await verify({ ...hoa, gender: fullName, permanentAddress: fullName })
  await verify(hoa, { purpose: { procedureCode: fullName, dossierCode: fullName, officerId: fullName } })
  const purpose = { procedureCode: '2.000635', dossierCode: 'H38.17-1', officerId: '010184000124' }
  await verify(hoa, { purpose })
  await verify(hoa, { purpose: { ...purpose, officerId: '015080000123', legalBasis: `Đơn của ${personalId}` } })
  await noted(house.client.post('/v1/identity-verifications', `{"subject":{"fullName":"${fullName}"`))
  await noted(house.client.post('/v1/identity-verifications', hoa, { 'idempotency-key': `${personalId} ` }))
  await noted(house.client.get(`/v1/identity-verifications/${personalId}`))
  await noted(house.client.get(`/v1/identity-verifications?name=${encodeURIComponent(fullName)}`))
}

async function everyFirmIsLookedUp(): Promise<void> {
  for (const { code } of firms) await noted(house.client.get(`/v1/businesses/${code}`))
  for (const fault of ['html-with-200', 'status-0', 'wrong-business', 'truncated', 'quota']) {
    await house.control.fault({ system: 'business_registry', operation: 'chiTietDoanhNghiep', fault })
    await noted(house.client.get('/v1/businesses/9900123459'))
    await house.control.remove('/faults')
    for (let good = 0; good < 3; good += 1) await noted(house.client.get('/v1/businesses/9900200216'))
  }
  await noted(house.client.get(`/v1/businesses/${encodeURIComponent('VŨ ĐÌNH QUÝ')}`))
}

async function everybodyPays(): Promise<void> {
  const payerOf = ({ fullName, personalId, permanentAddress }: (typeof people)[number]) => ({
    fullName,
    ...(personalId !== undefined && { personalId }),
    ...(permanentAddress.new && { address: permanentAddress.new.detail }),
  })
  const paid: Payment[] = []
  for (const person of people.slice(0, 12)) {
    const { body } = await noted(create(house, anOrder({ payer: payerOf(person) })))
    secrets['pay URL']?.push(new URL(body.attempt.payUrl ?? '').pathname.split('/').at(-1) ?? '')
    await pressOnPayPage(body.attempt.payUrl ?? '', 'paid')
    paid.push(body)
  }
  const hoa = payerOf(personOf('nguyen-thi-hoa'))
  for (const fault of ['swallow-after-effect', 'html-with-200', 'bad-request', 'wrong-checksum', 'hang']) {
    await house.control.fault({ system: 'payment_portal', operation: 'INIT', fault, times: 1 })
    const { body } = await noted(create(house, anOrder({ payer: hoa })))
    for (const path of ['', '/events']) await noted(house.client.get(`/v1/payments/${body.id}${path}`))
    await noted(create(house, anOrder({ payer: hoa })))
  }
  for (const payment of paid) {
    await reaches(house, payment.id, 'paid')
    for (const path of ['/receipt', '/qr']) await noted(house.client.get(`/v1/payments/${payment.id}${path}`))
    await noted(house.client.get(`/v1/payments/${payment.id}/receipt`, { accept: 'application/pdf' }))
    const { attempt, reference } = payment
    await fetch(`${house.url}/return/payment-portal?MaThamChieu=${attempt.portalReference}`, { redirect: 'manual' })
    await noted(create(house, anOrder({ payer: hoa, reference })))
    await noted(house.client.get(`/v1/payments?reference=${reference}`))
  }
  await noted(create(house, anOrder({ payer: { ...hoa, personalId: hoa.fullName } })))
  await noted(create(house, anOrder({ payer: hoa, returnUrl: `https://evil.example/${hoa.fullName}` })))
  await noted(create(house, anOrder({ payer: hoa }), 'Nguyen Thi Hoa'))
  await noted(create(house, anOrder({ payer: hoa, collectingUnit: hoa.fullName })))
  const [first] = paid
  if (first === undefined) return
  await notify(house, { ...aNotification(first, { ThongTinGiaoDich: hoa.fullName }), MaXacThuc: '0' })
  await notify(house, aNotification(first, { ThongTinGiaoDich: hoa.fullName }))
  await notify(house, `${hoa.fullName} ${String(hoa.personalId)}`)
  await payer(house, first, 'paid')
}

/** The officer who asks for money back is a person too. */
async function moneyGoesBack(): Promise<void> {
  const { body: payment } = await noted(create(house, anOrder()))
  await payer(house, payment, 'paid')
  const { refundable } = await reaches(house, payment.id, 'paid')
  const path = `/v1/payments/${payment.id}/refunds`
  const order = { amount: 20_000, reason: 'Nộp thừa', expectedRefundable: refundable, officerId: '015080000123' }
  const ask = (body: object, key: string) => noted(house.client.post(path, body, { 'idempotency-key': key }))
  const { body: refund } = await ask(order, 'refund-1')
  await ask({ ...order, officerId: 'Giàng A Páo', expectedRefundable: 'Giàng A Páo' }, 'refund-2')
  await ask({ ...order, expectedRefundable: 1 }, 'refund-3')
  await ask({ ...order, reason: 'khác' }, 'refund-1')
  for (const one of ['', `/${String(refund['id'])}`]) await noted(house.client.get(path + one))
}

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** Every operation there is, with people where ids, queries and fields belong. */
async function everyDoorIsMistaken(): Promise<void> {
  const { paths } = (await (await fetch(`${house.url}/openapi.json`)).json()) as Described
  const mistaken = { fullName: 'Nguyễn Thị Hoà', personalId: '015185000011', officerId: '015080000123' }
  for (const [path, operations] of Object.entries(paths)) {
    for (const value of ['015185000011', encodeURIComponent('Nguyễn Thị Hoà')]) {
      const wrong = path.replaceAll(/\{\w+\}/g, value)
      if ('get' in operations) await noted(house.client.get(`${wrong}?q=${value}`))
      if ('post' in operations) await noted(house.client.post(wrong, mistaken, { 'idempotency-key': value }))
    }
  }
}

async function strangersKnock(): Promise<void> {
  const knock = async (path: string, init?: RequestInit) => {
    const answer = await fetch(house.url + path, init)
    calls += 1
    problems.push(await answer.text())
  }
  const key = readClientKeyFile(clientKeyFile(house.dataDir, demoClientId))
  const assertion = await signAssertion({
    clientId: demoClientId,
    key,
    issuer: house.url,
    nowMs: Date.now() - 3_600_000,
    jti: 'a-jti-of-an-hour-ago',
  })
  secrets['assertion']?.push(assertion)
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  })
  await knock('/oauth2/token', { method: 'POST', body: form })
  await knock('/oauth2/token', { method: 'POST', body: 'client_id=015185000011&client_secret=NGUYENTHIHOA' })
  const spoiled = `${house.client.token.slice(0, -4)}AAAA`
  await knock('/v1/upstreams', { headers: { authorization: `Bearer ${spoiled}` } })
  secrets['token']?.push(spoiled)
  await knock('/nguoi/015185000011?ten=NGUYENTHIHOA', {
    headers: { 'user-agent': '015185000011', referer: '/015185000011' },
  })
  await knock('/v1/businesses/9900123459', { headers: { traceparent: '015185000011', 'x-request-id': '015185000011' } })
}

/** What a receipt states, as it stands in a URL and in a QR code. */
const payloadOf = (statement: string): string => Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString()

async function collect(): Promise<void> {
  const { population, businessRegistry, paymentPortal } = house.sandbox.credentials
  const password = (await readFile(join(house.dataDir, 'postgres-password'), 'utf8')).trim()
  secrets['secret']?.push(population.secret, businessRegistry.clientSecret, paymentPortal.secret, password)
  said['problems'] = problems.join('\n')
  said['metrics'] = await (await fetch(`${house.operationsUrl}/metrics`)).text()
  const entries = await house.rows<{ leaf: string }>('select leaf from gateway.audit_entries')
  said['audit log'] = entries.map(({ leaf }) => leaf).join('\n')
  const jobs = await house.rows<{ row: string }>(
    'select (data::text || coalesce(output::text, $1)) as row from pgboss.job',
    [''],
  )
  said['job queue'] = jobs.map(({ row }) => row).join('\n')
  const receipts = await house.rows<{ statement: string }>('select statement from gateway.receipts')
  said['receipts'] = receipts.map(({ statement }) => payloadOf(statement)).join('\n')
  said['database log'] = await readFile(join(house.dataDir, 'postgres', 'postgres.log'), 'utf8')
  const { stdout, stderr } = await house.stopProgram()
  said['output'] = stdout + stderr
}

describe('what the gateway says to others than its caller', () => {
  it('was really collected: a line for every call, an entry for every look-up, problems of every kind', () => {
    const lines = (said['output'] ?? '').split('\n').filter((line) => line.includes('"operation":'))
    expect(lines.length).toBeGreaterThan(calls)
    expect(said['output']).toMatch(/"level":"warn".*"code":"upstream_contract_broken"/)
    expect((said['audit log'] ?? '').split('\n').length).toBeGreaterThan(people.length + firms.length)
    expect(said['receipts']).toContain('"status":"active"')
    expect(said['metrics']).toMatch(/lienthong_request_duration_seconds_count\{operation="verifyIdentity"/)
    for (const code of [
      'invalid_personal_id',
      'upstream_timeout',
      'reference_exists',
      'invalid_token',
      'malformed_json',
    ]) {
      expect(said['problems']).toContain(`"code":"${code}"`)
    }
  })

  it.each(['output', 'problems', 'metrics', 'audit log', 'job queue', 'receipts', 'database log'])(
    'holds no name, number, address, officer, token, assertion, secret or pay URL: %s',
    (source) => {
      expect(said[source]).toBeDefined()
      expect(findPersonalData(said[source] ?? '', secrets)).toEqual([])
    },
  )

  it.each([
    ['a name as written', 'Nguyễn Thị Hoà'],
    ['a decomposed name', 'Nguyễn Thị Hoà'.normalize('NFD')],
    ['a name in upper case', 'NGUYỄN THỊ HOÀ'],
    ['a name without accents', 'Nguyen Thi Hoa'],
    ['a name as it is sent upstream', 'NGUYENTHIHOA'],
    ['a name in a URL', encodeURIComponent('Nguyễn Thị Hoà')],
    ['a short name', 'to Ama,'],
    ['a personal number', '015185000011'],
    ['a legacy number', '060985011'],
    ['an officer', '015080000123'],
    ['an address', 'Thôn Khe Táu, Xã Phong Dụ Thượng'],
    ['the name of a representative', 'Vũ Đình Quý'],
  ])('would be found out by this very sweep: %s', (_, leak) => {
    const line = `{"level":"info","operation":"verifyIdentity","reason":"${leak}","msg":"request answered"}`
    expect(findPersonalData(`${said['output'] ?? ''}\n${line}`, secrets)).not.toEqual([])
  })

  it('would be found out where it is a secret: tokens, assertions, pay URLs', () => {
    for (const values of Object.values(secrets)) {
      expect(values.length).toBeGreaterThan(0)
      for (const value of values) expect(findPersonalData(`x=${value}&y`, secrets)).not.toEqual([])
    }
  })
})
