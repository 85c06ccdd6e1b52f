import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createClientAsync } from 'soap'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { envelopeOf, headersFor, hoa, post, type Question } from '../support/ask-population.ts'
import { controlOf, type SandboxControl } from '../support/sandbox-control.ts'
import { judge, php, schemaComplaints, xmllint, zeep } from '../support/soap-judges.ts'
import { laidOut } from '../support/xml-layout.ts'
import { startSandbox, type Sandbox } from '#sandbox/index.ts'
import { transportFaults } from '#sandbox/kernel/transport-faults.ts'
import { populationFaults } from '#sandbox/population/faults.ts'

const folder = new URL('../../contracts/population/', import.meta.url)
const path = (name: string) => fileURLToPath(new URL(name, folder))
const judges = { xmllint: xmllint(), zeep: zeep(), php: php() }

type Dialect = 'dancu037' | 'qcvn109'
const dialects: readonly Dialect[] = ['dancu037', 'qcvn109']

let sandbox: Sandbox
let control: SandboxControl
/** Examples carry this moment. */
const moment = '2026-01-02T08:04:05.000Z'

beforeAll(async () => {
  sandbox = await startSandbox({ controlPort: 0 })
  control = controlOf(sandbox.controlUrl)
})
afterAll(() => sandbox.close())

const urlOf = (dialect: Dialect) => (dialect === 'dancu037' ? sandbox.populationUrl : sandbox.populationStrictUrl)

/** The answer with the clock held at `moment`. */
async function exampleOf(dialect: Dialect, question: Question, fault?: string): Promise<string> {
  await control.post('/clock', { freeze: true, set: moment })
  if (fault !== undefined) await control.fault({ system: 'population', fault, times: 1 })
  const { population } = sandbox.credentials
  const headers = headersFor(population, String(Date.parse(moment)))
  const { text } = await post(urlOf(dialect), envelopeOf(question), headers)
  await control.post('/reset')
  return laidOut(text)
}

const requests: readonly (readonly [string, Question])[] = [
  ['request.find-by-12-digits.xml', hoa],
  ['request.find-by-9-digits-and-year.xml', { number: '012940401', name: 'PHUNGVANTAU', birth: '1940' }],
  ['request.confirm.xml', { ...hoa, operation: 'XacThucThongTinCongDan' }],
]

interface AnswerExample {
  readonly file: string
  readonly dialect: Dialect
  readonly question: Question
  readonly fault?: string
}

const answers: readonly AnswerExample[] = [
  { file: 'dancu037.deployed.xml', dialect: 'dancu037', question: hoa },
  { file: 'qcvn109.standard.xml', dialect: 'qcvn109', question: hoa },
  ...dialects.flatMap((dialect) =>
    Object.entries({
      'not-found': { ...hoa, birth: '19850308' },
      'not-found.empty-name': { number: '040192000415', name: 'X', birth: '1992' },
      deceased: { number: '015039000406', name: 'LUCVANTHO', birth: '19391001' },
      'number-changed': { number: '068170000408', name: 'KBREO', birth: '19701212' },
      'nine-digits.year-only': { number: '012940401', name: 'PHUNGVANTAU', birth: '1940' },
      'two-matches': { number: '030968404', name: 'PHAMTHILAN', birth: '1968' },
    }).map(([name, question]) => ({ file: `${dialect}.${name}.xml`, dialect, question })),
  ),
  { file: 'confirmed.xml', dialect: 'dancu037', question: { ...hoa, operation: 'XacThucThongTinCongDan' } },
  {
    file: 'not-confirmed.xml',
    dialect: 'dancu037',
    question: { ...hoa, birth: '1986', operation: 'XacThucThongTinCongDan' },
  },
  { file: 'fault.technical.xml', dialect: 'dancu037', question: hoa, fault: 'soap-fault' },
  {
    file: 'fault.004.procedure-not-licensed.xml',
    dialect: 'dancu037',
    question: { ...hoa, procedure: '0.000000' },
  },
  {
    file: 'fault.005.officer-not-authorised.xml',
    dialect: 'dancu037',
    question: { ...hoa, officer: '010184000124' },
  },
]

/** The one element that has a schema of ours. */
const payloadOf = (envelope: string): string => {
  const found =
    /<(?<tag>[\w.]+:(?:CongdanCollection|KetQuaXacThuc|LoiDichVu|XacThucThongTinCongDan|TraCuuThongTinCongDan))[\s>][\s\S]*<\/\k<tag>>|<[\w.]+:CongdanCollection[^>]*\/>/.exec(
      envelope,
    )
  if (!found) throw new Error('no element of the contract in the envelope')
  return found[0]
}

describe('the examples', () => {
  test.each(requests)('%s is what a client writes, and the schema takes it', async (name, question) => {
    const xml = laidOut(envelopeOf({ ...question, requestId: 'req-0001' }))
    await expect(xml).toMatchFileSnapshot(path(`examples/${name}`))
    if (judges.xmllint.command)
      expect(await schemaComplaints(judges.xmllint, path('request.xsd'), payloadOf(xml))).toBe('')
  })

  test.each(answers)('$file is what the register writes, and the schema takes it', async (example) => {
    const { file, dialect, question, fault } = example
    const xml = await exampleOf(dialect, question, fault)
    await expect(xml).toMatchFileSnapshot(path(`examples/${file}`))
    const schema = xml.includes('CongdanCollection') ? `${dialect}.xsd` : 'request.xsd'
    if (judges.xmllint.command) expect(await schemaComplaints(judges.xmllint, path(schema), payloadOf(xml))).toBe('')
  })

  test.skipIf(!judges.xmllint.command)('the schemas refuse what the contract refuses', async () => {
    const right = payloadOf(envelopeOf({ ...hoa, requestId: 'r' }))
    const wrong: readonly (readonly [string, string])[] = [
      ['request.xsd', right.replace('NGUYENTHIHOA', 'Nguyen Thi Hoa')],
      ['request.xsd', right.replace(/<dan:MaCanBo>.*<\/dan:MaCanBo>/, '')],
      ['request.xsd', right.replace('015185000011', '015185')],
      ['qcvn109.xsd', payloadOf(readFileSync(path('examples/dancu037.deployed.xml'), 'utf8'))],
    ]
    for (const [schema, xml] of wrong) {
      expect(await schemaComplaints(judges.xmllint, path(schema), xml)).toContain('fails to validate')
    }
  })

  test.skipIf(!judges.xmllint.command)('the union schema also takes the strict form', async () => {
    const strict = payloadOf(readFileSync(path('examples/qcvn109.standard.xml'), 'utf8')).replace(
      '1985-03-07',
      '19850307',
    )
    expect(await schemaComplaints(judges.xmllint, path('dancu037.xsd'), strict)).not.toContain('fails to validate')
  })
})

describe.each(dialects)('the WSDL of %s', (dialect) => {
  test('is served with the address the sandbox really has, and its schemas beside it', async () => {
    const wsdl = await (await fetch(`${urlOf(dialect)}?wsdl`)).text()
    expect(wsdl).toContain(`location="${urlOf(dialect)}"`)
    for (const schema of ['request.xsd', `${dialect}.xsd`]) {
      const answer = await fetch(new URL(schema, urlOf(dialect)))
      expect(await answer.text()).toBe(readFileSync(path(schema), 'utf8'))
    }
  })

  test('makes node-soap ask and understand', async () => {
    const client = await createClientAsync(path(`${dialect}.wsdl`))
    client.setEndpoint(urlOf(dialect))
    for (const [name, value] of Object.entries(headersFor(sandbox.credentials.population))) {
      if (name !== 'content-type' && name !== 'soapaction') client.addHttpHeader(name, value)
    }
    const ask = client['TraCuuThongTinCongDanAsync'] as (
      message: object,
    ) => Promise<[{ CongDan: { SoDinhDanh: string }[] }]>
    const [collection] = await ask({
      MaYeuCau: `node-soap-${dialect}`,
      MaDVC: '2.000635',
      MaTichHop: '037',
      MaCanBo: '015080000123',
      SoDinhDanh: hoa.number,
      HoVaTen: hoa.name,
      NgayThangNamSinh: { NgayThangNam: hoa.birth },
    })
    expect(collection.CongDan[0]?.SoDinhDanh).toBe(hoa.number)
    expect(await control.violations()).toEqual([])
  })

  test.skipIf(!judges.zeep.command)('makes zeep ask and understand', async () => {
    const printed = await judge(judges.zeep, '-c', zeepScript, [urlOf(dialect), JSON.stringify(credentialsFor())])
    expect(printed.split('\n')).toEqual([hoa.number, 'True', '005'])
    expect(await control.violations()).toEqual([])
  })

  test.skipIf(!judges.php.command)("makes PHP's SoapClient ask and understand", async () => {
    const printed = await judge(judges.php, '-r', phpScript, [urlOf(dialect), JSON.stringify(credentialsFor())])
    expect(printed.split('\n')).toEqual([hoa.number, 'true', '005'])
    expect(await control.violations()).toEqual([])
  })
})

const credentialsFor = () => {
  const { authorization, timestamp } = headersFor(sandbox.credentials.population)
  return { authorization, timestamp }
}

const zeepScript = `
import sys, json, uuid, zeep
client = zeep.Client(sys.argv[1] + '?wsdl')
client.transport.session.headers.update(json.loads(sys.argv[2]))
def keys(officer='015080000123'):
    return dict(MaYeuCau=str(uuid.uuid4()), MaDVC='2.000635', MaTichHop='037', MaCanBo=officer,
                SoDinhDanh='${hoa.number}', HoVaTen='${hoa.name}', NgayThangNamSinh={'NgayThangNam': '${hoa.birth}'})
print(client.service.TraCuuThongTinCongDan(**keys()).CongDan[0].SoDinhDanh)
print(client.service.XacThucThongTinCongDan(**keys()))
try:
    client.service.TraCuuThongTinCongDan(**keys('010184000124'))
except zeep.exceptions.Fault as fault:
    print(fault.detail[0][0].text)
`

const phpScript = `
[, $url, $headers] = $argv;
$lines = '';
foreach (json_decode($headers, true) as $name => $value) $lines .= "$name: $value\\r\\n";
$context = stream_context_create(['http' => ['header' => $lines]]);
$client = new SoapClient($url . '?wsdl', ['cache_wsdl' => WSDL_CACHE_NONE, 'stream_context' => $context, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS]);
$keys = fn($officer = '015080000123') => ['MaYeuCau' => uniqid('php', true), 'MaDVC' => '2.000635', 'MaTichHop' => '037',
  'MaCanBo' => $officer, 'SoDinhDanh' => '${hoa.number}', 'HoVaTen' => '${hoa.name}', 'NgayThangNamSinh' => ['NgayThangNam' => '${hoa.birth}']];
echo $client->TraCuuThongTinCongDan($keys())->CongDan[0]->SoDinhDanh, "\\n";
echo var_export($client->XacThucThongTinCongDan($keys())->TonTai, true), "\\n";
try { $client->TraCuuThongTinCongDan($keys('010184000124')); }
catch (SoapFault $fault) { echo $fault->detail->LoiDichVu->MaLoi, "\\n"; }
`

describe('faults.yaml of the population service', () => {
  const Row = z.strictObject({
    id: z.string().regex(/^PO-\d\d$/),
    name: z.string().regex(/^[a-z0-9-]+$/),
    operations: z.array(z.enum(['TraCuuThongTinCongDan', 'XacThucThongTinCongDan'])).min(1),
    appears: z.string().min(10),
    meaning: z.string().min(5),
    code: z.enum([
      'none',
      'upstream_unavailable',
      'upstream_timeout',
      'upstream_connection_lost',
      'upstream_failed',
      'upstream_contract_broken',
      'upstream_rejected_credentials',
      'upstream_procedure_not_licensed',
      'upstream_officer_not_authorised',
      'upstream_rejected_request',
      'upstream_quota_exhausted',
    ]),
    fate: z.enum(['not_sent', 'answered', 'unknown']),
    retry: z.enum(['never', 'safe', 'same_key', 'after']),
    source: z.enum(['DOC', 'CODE', 'OURS']),
  })
  const rows = z.array(Row).parse(parse(readFileSync(path('faults.yaml'), 'utf8')))

  test('has rows of its form with ids and names of their own', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
  })

  test('lists every fault the register can commit, and none that it cannot', () => {
    const committed = new Set([...populationFaults, ...transportFaults])
    committed.delete('delay')
    expect(rows.map(({ name }) => name).sort()).toEqual([...committed].sort())
  })
})
