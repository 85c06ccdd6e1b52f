/**
 * How fast the same three requests can be answered here when nothing else counts: node:http, undici, XML by template, a
 * streaming parser, tokens verified once, audit rows grouped into one statement. It keeps the promises that cost time
 * (token, correlation, durable audit before the answer, evidence) and none that cost lines: no problems, no breaker, no
 * idempotency, no second language. The gateway is measured against it, not shipped as it.
 */
import { createHash, createPrivateKey, createPublicKey, randomUUID, sign, verify } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Client } from 'pg'
import { SaxesParser } from 'saxes'
import { Pool } from 'undici'
import { initMessage, type PeerOrder } from './init-message.ts'
import { readPeerSettings } from './settings.ts'

const settings = readPeerSettings()
const { sandbox } = settings
const signingKey = createPrivateKey({ key: settings.signingJwk, format: 'jwk' })
const verificationKey = createPublicKey({ key: settings.verificationJwk, format: 'jwk' })
const upstreams = new Map<string, Pool>()

const server = createServer((request, response) => {
  answer(request).then(
    ([status, body]) => reply(response, status, body),
    () => reply(response, 500, '{"error":"failed"}'),
  )
})

async function answer(request: IncomingMessage): Promise<[number, string]> {
  const path = request.url ?? ''
  if (path === '/livez') return [200, '{"status":"ok"}']
  if (!isTrusted(request.headers.authorization ?? '')) return [401, '{"error":"unauthorised"}']
  if (path === '/v1/identity-verifications') return verifyIdentity(JSON.parse(await bodyOf(request)) as Verification)
  if (path === '/v1/payments') return createPayment(JSON.parse(await bodyOf(request)) as PeerOrder)
  return findBusiness(path.slice(path.lastIndexOf('/') + 1))
}

interface Verification {
  readonly subject: { readonly personalId: string; readonly fullName: string; readonly dateOfBirth: string }
  readonly purpose: { readonly procedureCode: string; readonly officerId: string }
}

async function verifyIdentity({ subject, purpose }: Verification): Promise<[number, string]> {
  const { user, secret, hashUrl } = sandbox.credentials.population
  const timestamp = String(Date.now())
  const password = createHash('sha256')
    .update(hashUrl + user + timestamp + secret)
    .digest('hex')
  const xml = await send(sandbox.populationUrl, {
    headers: {
      'content-type': 'application/xml',
      soapaction: '""',
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      timestamp,
    },
    body: `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><d:TraCuuThongTinCongDan xmlns:d="http://dancuquocgia.bca"><d:MaYeuCau>${randomUUID()}</d:MaYeuCau><d:MaDVC>${purpose.procedureCode}</d:MaDVC><d:MaTichHop>037</d:MaTichHop><d:MaCanBo>${purpose.officerId}</d:MaCanBo><d:SoDinhDanh>${subject.personalId}</d:SoDinhDanh><d:HoVaTen>${fold(subject.fullName)}</d:HoVaTen><d:NgayThangNamSinh><d:NgayThangNam>${subject.dateOfBirth.replaceAll('-', '')}</d:NgayThangNam></d:NgayThangNamSinh></d:TraCuuThongTinCongDan></soap:Body></soap:Envelope>`,
  })
  const person = readPerson(xml)
  if (person.id !== subject.personalId) throw new Error('another person')
  const outcome = person.name.toLowerCase() === subject.fullName.toLowerCase() ? 'match' : 'mismatch'
  return audited('verifyIdentity', 200, {
    id: `ver_${randomUUID()}`,
    outcome,
    verdicts: { fullName: outcome },
    checkedAt: new Date().toISOString(),
  })
}

function readPerson(xml: string): { id: string; name: string } {
  const found = { id: '', name: '' }
  const path: string[] = []
  const parser = new SaxesParser()
  parser.on('opentag', ({ name }) => path.push(name.slice(name.indexOf(':') + 1)))
  parser.on('closetag', () => path.pop())
  parser.on('text', (text) => {
    const own = path.at(-1)
    if (own === 'SoDinhDanh' && path.at(-2) === 'CongDan') found.id += text
    else if (own === 'Ten' && path.at(-3) === 'CongDan') found.name += text
  })
  parser.write(xml).close()
  return found
}

let registryToken: Promise<string> | undefined

async function findBusiness(code: string): Promise<[number, string]> {
  registryToken ??= fetchRegistryToken()
  const text = await send(`${sandbox.registryUrl}?msdn=${code}`, {
    headers: { authorization: `Bearer ${await registryToken}` },
  })
  const { Data } = JSON.parse(text) as { Data: { MainInformation: { ENTERPRISE_GDT_CODE: string; NAME: string } } }
  if (Data.MainInformation.ENTERPRISE_GDT_CODE !== code) throw new Error('another firm')
  return audited('findBusiness', 200, { code, name: Data.MainInformation.NAME, status: 'active' })
}

async function fetchRegistryToken(): Promise<string> {
  const { clientId, clientSecret } = sandbox.credentials.businessRegistry
  const text = await send(sandbox.registryTokenUrl, {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
    },
    body: 'grant_type=client_credentials',
  })
  return (JSON.parse(text) as { access_token: string }).access_token
}

async function createPayment(order: PeerOrder): Promise<[number, string]> {
  const id = `pay_${randomUUID()}`
  const amount = order.lines.reduce((sum, line) => sum + line.amount, 0)
  const reference = randomUUID().replaceAll('-', '').toUpperCase().slice(0, 20)
  await commit({
    leaf: leafOf('createPayment', 'submitting'),
    payment: { id, reference: order.reference, amount, state: 'submitting', body: JSON.stringify(order) },
  })
  const text = await send(sandbox.portalUrl, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(initMessage(order, { reference, amount }, sandbox.credentials.paymentPortal)),
  })
  const opened = JSON.parse(text) as { MaLoi: string; MaThamChieu: string; UrlThanhToan: string }
  if (opened.MaLoi !== '00' || opened.MaThamChieu !== reference) throw new Error('not opened')
  return audited('createPayment', 201, {
    id,
    reference: order.reference,
    state: 'awaiting_payer',
    amount,
    currency: 'VND',
    attempt: { portalReference: reference, payUrl: opened.UrlThanhToan },
  })
}

async function audited(action: string, status: number, body: object): Promise<[number, string]> {
  const text = JSON.stringify(body)
  const header = Buffer.from('{"alg":"ES256","typ":"evidence+jwt"}').toString('base64url')
  const payload = Buffer.from(
    JSON.stringify({ result: createHash('sha256').update(text).digest('base64url') }),
  ).toString('base64url')
  const signature = sign('sha256', Buffer.from(`${header}.${payload}`), { key: signingKey, dsaEncoding: 'ieee-p1363' })
  await commit({ leaf: leafOf(action, String(status)) })
  return [status, `${text.slice(0, -1)},"evidence":"${header}.${payload}.${signature.toString('base64url')}"}`]
}

const leafOf = (action: string, result: string): string => JSON.stringify({ at: Date.now(), action, result })

interface Unit {
  readonly leaf: string
  readonly payment?: {
    readonly id: string
    readonly reference: string
    readonly amount: number
    readonly state: string
    readonly body: string
  }
}

const database = new Client({ connectionString: settings.databaseUrl })
await database.connect()
await database.query(`create schema if not exists floor;
  create table if not exists floor.payments (id text primary key, reference text unique, amount bigint, state text, body text);
  create table if not exists floor.audit (seq bigserial primary key, leaf text, hash text)`)

let queue: { unit: Unit; done: () => void; failed: (error: unknown) => void }[] = []
let isWriting = false
let lastHash = ''

function commit(unit: Unit): Promise<void> {
  return new Promise((done, failed) => {
    queue.push({ unit, done, failed })
    if (!isWriting) void write()
  })
}

async function write(): Promise<void> {
  isWriting = true
  while (queue.length > 0) {
    const batch = queue.splice(0, 100)
    const hashes = batch.map(
      ({ unit }) =>
        (lastHash = createHash('sha256')
          .update(lastHash + unit.leaf)
          .digest('hex')),
    )
    const payments = batch.flatMap(({ unit }) => unit.payment ?? [])
    try {
      await database.query({
        name: 'commit',
        text: `with paid as (insert into floor.payments select * from unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[]))
          insert into floor.audit (leaf, hash) select * from unnest($1::text[], $2::text[])`,
        values: [
          batch.map(({ unit }) => unit.leaf),
          hashes,
          payments.map(({ id }) => id),
          payments.map(({ reference }) => reference),
          payments.map(({ amount }) => amount),
          payments.map(({ state }) => state),
          payments.map(({ body }) => body),
        ],
      })
      for (const { done } of batch) done()
    } catch (error) {
      for (const { failed } of batch) failed(error)
    }
  }
  isWriting = false
}

const trusted = new Map<string, number>()

function isTrusted(authorization: string): boolean {
  const digest = createHash('sha256').update(authorization).digest('base64')
  const until = trusted.get(digest)
  if (until !== undefined && until > Date.now()) return true
  const [header = '', payload = '', signature = ''] = authorization.slice('Bearer '.length).split('.')
  const isGenuine = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    { key: verificationKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  if (!isGenuine) return false
  const { iss, aud, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
    iss: string
    aud: string
    exp: number
  }
  if (iss !== settings.issuer || aud !== settings.audience || exp * 1000 < Date.now()) return false
  trusted.set(digest, Math.min(exp * 1000, Date.now() + 30_000))
  return true
}

async function send(
  url: string,
  { headers, body }: { headers: Record<string, string>; body?: string },
): Promise<string> {
  const { origin, pathname, search } = new URL(url)
  let pool = upstreams.get(origin)
  if (pool === undefined) upstreams.set(origin, (pool = new Pool(origin, { connections: 64, pipelining: 1 })))
  const answered = await pool.request({
    method: body === undefined ? 'GET' : 'POST',
    path: pathname + search,
    headers,
    ...(body === undefined ? {} : { body }),
  })
  return answered.body.text()
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function reply(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

const fold = (name: string): string =>
  name.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/[đĐ]/g, 'D').replaceAll(' ', '').toUpperCase()

server.listen(settings.port, '127.0.0.1', () => process.send?.('ready'))
process.on('SIGTERM', () => server.close(() => void database.end().then(() => process.exit(0))))
