import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { envelopeOf, headersFor, hoa, post, wrapped, type Question, type Reply } from '../support/ask-population.ts'
import { controlOf, type SandboxControl } from '../support/sandbox-control.ts'
import { startSandbox, type Sandbox } from '#sandbox/index.ts'
import type { Person } from '#sandbox/kernel/personas.ts'
import { foldName, registeredName } from '#sandbox/population/register.ts'

const contracts = new URL('../../contracts/', import.meta.url)
const people = parse(readFileSync(new URL('personas/people.yaml', contracts), 'utf8')) as Person[]

let sandbox: Sandbox
let control: SandboxControl

beforeAll(async () => {
  sandbox = await startSandbox({ controlPort: 0 })
  control = controlOf(sandbox.controlUrl)
})
afterEach(async () => void (await control.post('/reset')))
afterAll(() => sandbox.close())

const ask = (question: Question, url = sandbox.populationUrl): Promise<Reply> =>
  post(url, envelopeOf(question), headersFor(sandbox.credentials.population))

const questionAbout = ({ personalId, legacyId, fullName, birth }: Person): Question => ({
  number: personalId ?? legacyId ?? '',
  name: foldName(fullName),
  birth: birth.date?.replaceAll('-', '') ?? String(birth.year),
})

describe('who is not let in', () => {
  test('a wrong secret is answered with 401 and told as a violation', async () => {
    const { population } = sandbox.credentials
    const headers = headersFor({ ...population, secret: 'wrong' })
    const { status, text, headers: answered } = await post(sandbox.populationUrl, envelopeOf(hoa), headers)
    expect(status).toBe(401)
    expect(answered.get('www-authenticate')).toContain('Basic')
    expect(text).toContain('<req:MaLoi>401</req:MaLoi>')
    expect(await control.violations()).toEqual([
      expect.objectContaining({ system: 'population', pointer: '/headers/authorization' }),
    ])
  })

  test("a clock six minutes behind the register's is answered with 401, four minutes are fine", async () => {
    await control.post('/clock', { advanceMs: 6 * 60_000 })
    expect((await ask(hoa)).status).toBe(401)
    await control.post('/clock', { advanceMs: -2 * 60_000 })
    expect((await ask(hoa)).status).toBe(200)
  })

  test('the procedure without a licence is answered with 004, the officer without a right with 005', async () => {
    const unlicensed = await ask({ ...hoa, procedure: '0.000000' })
    const unauthorised = await ask({ ...hoa, officer: '010184000124' })
    expect([unlicensed.status, unauthorised.status]).toEqual([500, 500])
    expect(unlicensed.text).toContain('<req:MaLoi>004</req:MaLoi>')
    expect(unauthorised.text).toContain('<req:MaLoi>005</req:MaLoi>')
  })
})

describe('what breaks the contract', () => {
  test('is answered with a client fault and listed with its place, without any value', async () => {
    const broken = envelopeOf(hoa).replace(/<dan:MaCanBo>.*<\/dan:MaCanBo>/, '')
    const { status, text } = await post(sandbox.populationUrl, broken, headersFor(sandbox.credentials.population))
    expect(status).toBe(500)
    expect(text).toContain('soap:Client')
    expect(text).toContain('<req:MaLoi>003</req:MaLoi>')
    expect(await control.violations()).toEqual([
      {
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        system: 'population',
        operation: 'TraCuuThongTinCongDan',
        pointer: '/Envelope/Body/TraCuuThongTinCongDan',
        message: 'lacks MaCanBo',
      },
    ])
  })

  test('is told and answered all the same where a real register would not notice', async () => {
    await ask({ ...hoa, requestId: 'twice' })
    await ask({ ...hoa, requestId: 'twice' })
    await ask({ ...hoa, name: 'Nguyen Thi Hoa' })
    const { soapaction: _, ...bare } = headersFor(sandbox.credentials.population)
    await post(sandbox.populationUrl, envelopeOf(hoa), { ...bare, 'content-type': 'text/plain' })
    const pointers = (await control.violations()).map(({ pointer }) => pointer)
    expect(pointers).toEqual([
      '/Envelope/Body/TraCuuThongTinCongDan/MaYeuCau',
      '/Envelope/Body/TraCuuThongTinCongDan/HoVaTen',
      '/headers/content-type',
      '/headers/soapaction',
    ])
  })

  test('an unknown path, another method and a body that is too large end early', async () => {
    const { population } = sandbox.credentials
    const elsewhere = await post(
      sandbox.populationUrl.replace('dancu037', 'x'),
      envelopeOf(hoa),
      headersFor(population),
    )
    const removed = await fetch(sandbox.populationUrl, { method: 'DELETE' })
    const large = await post(sandbox.populationUrl, 'x'.repeat(70_000), headersFor(population))
    expect([elsewhere.status, removed.status, large.status]).toEqual([404, 405, 413])
  })

  test('an operation the service does not have is answered with 101', async () => {
    const body = wrapped('<dan:CungCapThongTinCongDan xmlns:dan="http://dancuquocgia.bca"/>')
    const { text } = await post(sandbox.populationUrl, body, headersFor(sandbox.credentials.population))
    expect(text).toContain('<req:MaLoi>101</req:MaLoi>')
  })
})

describe('whom the register finds', () => {
  test.each([
    ['another name', { ...hoa, name: 'NGUYENTHIHUE' }],
    ['another birth date', { ...hoa, birth: '19850308' }],
    ['another number', { ...hoa, number: '015185999999' }],
    ['a day for somebody known by year only', { number: '011145000402', name: 'QUANGTHIIN', birth: '19450101' }],
  ])('nobody by %s: an empty collection, no fault', async (_name, question) => {
    const { status, text } = await ask(question)
    expect(status).toBe(200)
    expect(text).toMatch(/<dc:CongdanCollection [^>]*SoCongDan="0"[^>]*><\/dc:CongdanCollection>/)
    expect((await ask({ ...question, operation: 'XacThucThongTinCongDan' })).text).toContain('TonTai>false<')
  })

  test('nobody, said with an empty name, for the number that is known for it', async () => {
    const { text } = await ask({ number: '040192000415', name: 'DINHTHIMYDUYEN', birth: '1993' })
    expect(text).toContain('<dc:Ten/>')
  })

  test.each(people)('$key, in both dialects and by yes or no', async (persona) => {
    const question = questionAbout(persona)
    const [deployed, strict, confirmed] = await Promise.all([
      ask(question),
      ask(question, sandbox.populationStrictUrl),
      ask({ ...question, operation: 'XacThucThongTinCongDan' }),
    ])
    const name = registeredName(persona.fullName)
    expect(deployed.text).toContain(`<dc:Ten>${name}</dc:Ten>`)
    expect(namePartsOf(strict.text)).toBe(name)
    for (const { text } of [deployed, strict]) expect(text).toContain(question.number)
    expect(confirmed.text).toContain('TonTai>true<')
  })

  test.each([
    ['deceased', '2'],
    ['number-changed', '3'],
    ['nguyen-thi-hoa', '1'],
  ])('%s with the standing %s', async (key, standing) => {
    const persona = people.find((one) => one.key === key)
    const { text } = await ask(questionAbout(persona as Person))
    expect(text).toContain(`<dc:TrangThaiCongDan>${standing}</dc:TrangThaiCongDan>`)
  })

  test('who was moved to the new code list has no district, who was not has one', async () => {
    const moved = await ask(questionAbout(people.find(({ key }) => key === 'trap-24-new-bac-ninh') as Person))
    const notMoved = await ask(questionAbout(people.find(({ key }) => key === 'trap-24-old-bac-giang') as Person))
    for (const { text } of [moved, notMoved]) expect(text).toContain('<dc:MaTinhThanh>24</dc:MaTinhThanh>')
    expect(moved.text).not.toContain('MaQuanHuyen')
    expect(notMoved.text).toContain('<dc:MaQuanHuyen>213</dc:MaQuanHuyen>')
  })

  test('two people who share a 9-digit number, a name key and a year', async () => {
    const { text } = await ask({ number: '030968404', name: 'PHAMTHILAN', birth: '1968' })
    expect(text).toContain('SoCongDan="2"')
    expect(text).toContain('031168000404')
    expect(text).toContain('031168000405')
  })

  test("its data is as of the sandbox's clock, in Vietnam's time", async () => {
    await control.post('/clock', { freeze: true, set: '2026-01-02T20:00:00Z' })
    const headers = headersFor(sandbox.credentials.population, String(Date.parse('2026-01-02T20:00:00Z') / 1000))
    const { text } = await post(sandbox.populationUrl, envelopeOf(hoa), headers)
    expect(text).toContain('ThoiDiemDuLieu="2026-01-03T03:00:00+07:00"')
  })
})

/** The name of the person, without those of relatives. */
function namePartsOf(xml: string): string {
  const first = /<dc:HoVaTen>(.*?)<\/dc:HoVaTen>/.exec(xml)?.[1] ?? ''
  return [...first.matchAll(/<dc:\w+>([^<]*)</g)].map(([, part]) => part).join(' ')
}

describe('faults only this service commits', () => {
  const faulty = async (fault: string, question: Question = hoa) => {
    await control.fault({ system: 'population', fault, times: 1 })
    return ask(question)
  }

  test.each([
    ['http-503', 503, 'Service Unavailable'],
    ['quota', 429, '<req:MaLoi>429<'],
    ['soap-fault', 500, '<req:MaLoi>500<'],
    ['soap-fault-200', 200, '<faultcode>soap:Server<'],
    ['soap-fault-plain', 500, '<faultcode>Server<'],
    ['rejected-request', 500, '<req:MaLoi>100<'],
    ['procedure-not-licensed', 500, '<req:MaLoi>004<'],
    ['officer-not-authorised', 500, '<req:MaLoi>005<'],
    ['rejected-credentials', 401, '<req:MaLoi>401<'],
    ['forbidden', 403, 'Forbidden'],
    ['redirect', 302, ''],
    ['not-found', 200, 'SoCongDan="0"'],
    ['empty-name', 200, '<dc:Ten/>'],
    ['wrong-operation', 200, '<req:TonTai>true<'],
    ['doctype', 200, '<!DOCTYPE'],
    ['other-prefixes', 200, '<ns7:Body><CongdanCollection xmlns='],
    ['foreign-elements', 200, 'CANARY-49'],
  ])('%s', async (fault, status, part) => {
    const spoiled = await faulty(fault)
    expect(spoiled.status).toBe(status)
    expect(spoiled.text).toContain(part)
    const healthy = await ask(hoa)
    expect(healthy.text).toContain('NGUYỄN THỊ HOÀ')
  })

  test('wrong-person is somebody else entirely, wrong-name only in name', async () => {
    const otherPerson = await faulty('wrong-person')
    expect(otherPerson.text).not.toContain(hoa.number)
    expect(otherPerson.text).toMatch(/<dc:SoDinhDanh>\d{12}</)
    const otherName = await faulty('wrong-name')
    expect(otherName.text).toContain(`<dc:SoDinhDanh>${hoa.number}<`)
    expect(otherName.text).not.toContain('NGUYỄN THỊ HOÀ')
  })

  test('multiple-matches adds somebody, oversized is beyond 2 MiB', async () => {
    expect((await faulty('multiple-matches')).text).toContain('SoCongDan="2"')
    expect((await faulty('oversized')).text.length).toBeGreaterThan(2 * 1024 * 1024)
  })

  test('quota and http-503 say when to come back', async () => {
    expect((await faulty('quota')).headers.get('retry-after')).toBe('30')
    expect((await faulty('http-503')).headers.get('retry-after')).toBe('7')
  })

  test('not-confirmed is for the yes-or-no question only', async () => {
    await control.fault({ system: 'population', fault: 'not-confirmed', times: 1 })
    expect((await ask(hoa)).text).toContain('SoCongDan="1"')
    expect((await ask({ ...hoa, operation: 'XacThucThongTinCongDan' })).text).toContain('TonTai>false<')
  })

  test('a fault for one person leaves the others alone', async () => {
    await control.fault({ system: 'population', fault: 'soap-fault', match: { personalId: hoa.number } })
    const other = questionAbout(people.find(({ key }) => key === 'h-hen-nie') as Person)
    expect((await ask(other)).status).toBe(200)
    expect((await ask(hoa)).status).toBe(500)
  })
})
