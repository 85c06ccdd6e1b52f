/**
 * The gateway as most teams write it with the same packages, none of their options touched: the yardstick of `npm run
 * bench`. It answers the same three requests truthfully (token, validation, upstream, chained audit row, evidence) and is
 * deliberately left as first drafts are: a SOAP client with its default HTTP and parser, axios without an agent, the key
 * imported and the schema built per request, pino-style logs of every step, one transaction with a lock per audit row.
 */
import { createHash, createPrivateKey, createPublicKey, randomUUID } from 'node:crypto'
import axios from 'axios'
import express, { type NextFunction, type Request, type Response } from 'express'
import { importPKCS8, importSPKI, jwtVerify, SignJWT } from 'jose'
import CircuitBreaker from 'opossum'
import { Pool, type PoolClient } from 'pg'
import { pino } from 'pino'
import { createClientAsync } from 'soap'
import { z } from 'zod'
import { initMessage } from './init-message.ts'
import { readPeerSettings } from './settings.ts'

const settings = readPeerSettings()
const { sandbox } = settings
const log = pino({ level: 'info' }, pino.destination('/dev/null'))
const pool = new Pool({ connectionString: settings.databaseUrl })
// Keys as they come in environment variables.
const publicPem = String(
  createPublicKey({ key: settings.verificationJwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
)
const privatePem = String(
  createPrivateKey({ key: settings.signingJwk, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' }),
)
const population = await createClientAsync(settings.wsdl, { endpoint: sandbox.populationUrl })

const app = express()
app.use(express.json())
app.use((request, _response, next) => {
  log.info({ method: request.method, url: request.url, headers: request.headers, body: request.body }, 'request')
  next()
})

async function authenticate(request: Request, response: Response, next: NextFunction): Promise<void> {
  try {
    const token = request.headers.authorization?.split(' ')[1] ?? ''
    const key = await importSPKI(publicPem, 'ES256')
    await jwtVerify(token, key, { issuer: settings.issuer, audience: settings.audience })
    next()
  } catch {
    response.status(401).json({ error: 'unauthorised' })
  }
}

app.post('/v1/identity-verifications', authenticate, async (request, response) => {
  const schema = z.object({
    subject: z.object({
      personalId: z.string().length(12),
      fullName: z.string(),
      dateOfBirth: z.string(),
      gender: z.string().optional(),
    }),
    purpose: z.object({ procedureCode: z.string(), dossierCode: z.string(), officerId: z.string() }),
  })
  const { subject, purpose } = schema.parse(request.body)
  const ask = new CircuitBreaker(
    async () => {
      const timestamp = String(Date.now())
      const { hashUrl, user, secret } = sandbox.credentials.population
      const password = createHash('sha256')
        .update(hashUrl + user + timestamp + secret)
        .digest('hex')
      population.addHttpHeader('Authorization', `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`)
      population.addHttpHeader('Timestamp', timestamp)
      const [result] = (await population['TraCuuThongTinCongDanAsync']({
        MaYeuCau: randomUUID(),
        MaDVC: purpose.procedureCode,
        MaTichHop: '037',
        MaCanBo: purpose.officerId,
        SoDinhDanh: subject.personalId,
        HoVaTen: fold(subject.fullName),
        NgayThangNamSinh: { NgayThangNam: subject.dateOfBirth.replaceAll('-', '') },
      })) as [{ CongDan?: { HoVaTen?: { Ten?: string } } | { HoVaTen?: { Ten?: string } }[] }]
      return result
    },
    { timeout: 10_000 },
  )
  const result = await ask.fire()
  const person = Array.isArray(result.CongDan) ? result.CongDan[0] : result.CongDan
  const found = person?.HoVaTen?.Ten?.toLowerCase() === subject.fullName.toLowerCase()
  const answer = {
    id: `ver_${randomUUID()}`,
    outcome: found ? 'match' : 'no_record',
    verdicts: { fullName: found ? 'match' : 'no_data' },
    checkedAt: new Date().toISOString(),
  }
  await inTransaction(async (client) => {
    await client.query('insert into naive.verifications (id, answer) values ($1, $2)', [
      answer.id,
      JSON.stringify(answer),
    ])
  })
  await audit('verifyIdentity', answer.outcome)
  response.json({ ...answer, evidence: await evidence(answer) })
})

app.get('/v1/businesses/:code', authenticate, async (request, response) => {
  const ask = new CircuitBreaker(
    async () => {
      // A token per look-up, as the sample code of API managers has it.
      const { clientId, clientSecret } = sandbox.credentials.businessRegistry
      const granted = await axios.post<{ access_token: string }>(
        sandbox.registryTokenUrl,
        'grant_type=client_credentials',
        { auth: { username: clientId, password: clientSecret } },
      )
      return axios.get<{ Status: string; Data: { MainInformation: { NAME: string } } }>(sandbox.registryUrl, {
        params: { msdn: request.params['code'] },
        headers: { Authorization: `Bearer ${granted.data.access_token}` },
      })
    },
    { timeout: 8_000 },
  )
  const { data } = await ask.fire()
  const answer = { code: request.params['code'], name: data.Data.MainInformation.NAME, status: 'active' }
  await audit('findBusiness', 'found')
  response.json({ ...answer, evidence: await evidence(answer) })
})

app.post('/v1/payments', authenticate, async (request, response) => {
  const schema = z.object({
    reference: z.string(),
    dossierCode: z.string(),
    procedureCode: z.string(),
    procedureName: z.string(),
    payer: z.object({ fullName: z.string(), personalId: z.string().optional(), address: z.string().optional() }),
    lines: z.array(z.object({ code: z.string(), name: z.string(), kind: z.string(), amount: z.number() })),
    collectingUnit: z.string(),
    returnUrl: z.string().optional(),
  })
  const order = schema.parse(request.body)
  const id = `pay_${randomUUID()}`
  const amount = order.lines.reduce((sum, line) => sum + line.amount, 0)
  const portalReference = randomUUID().replaceAll('-', '').toUpperCase().slice(0, 20)
  const known = await pool.query('select payment from naive.idempotency where key = $1', [
    request.headers['idempotency-key'],
  ])
  const taken = await pool.query('select id from naive.payments where reference = $1', [order.reference])
  if (known.rows.length + taken.rows.length > 0) {
    response.status(409).json({ error: 'exists' })
    return
  }
  await inTransaction(async (client) => {
    await client.query('insert into naive.payments (id, reference, amount, state, body) values ($1, $2, $3, $4, $5)', [
      id,
      order.reference,
      amount,
      'submitting',
      JSON.stringify(order),
    ])
    await client.query('insert into naive.idempotency (key, payment) values ($1, $2)', [
      request.headers['idempotency-key'],
      id,
    ])
  })
  const ask = new CircuitBreaker(
    () =>
      axios.post<{ MaLoi: string; UrlThanhToan: string }>(
        sandbox.portalUrl,
        initMessage(order, { reference: portalReference, amount }, sandbox.credentials.paymentPortal),
      ),
    { timeout: 8_000 },
  )
  const { data } = await ask.fire()
  if (data.MaLoi !== '00') throw new Error(data.MaLoi)
  await inTransaction(async (client) => {
    await client.query('update naive.payments set state = $2, pay_url = $3 where id = $1', [
      id,
      'awaiting_payer',
      data.UrlThanhToan,
    ])
  })
  const answer = {
    id,
    reference: order.reference,
    state: 'awaiting_payer',
    amount,
    currency: 'VND',
    attempt: { portalReference, payUrl: data.UrlThanhToan },
  }
  await audit('createPayment', 'awaiting_payer')
  response.status(201).json({ ...answer, evidence: await evidence(answer) })
})

app.get('/livez', (_request, response) => {
  response.json({ status: 'ok' })
})

async function evidence(answer: object): Promise<string> {
  const key = await importPKCS8(privatePem, 'ES256')
  return new SignJWT({ result: createHash('sha256').update(JSON.stringify(answer)).digest('hex') })
    .setProtectedHeader({ alg: 'ES256', typ: 'evidence+jwt' })
    .setIssuedAt()
    .sign(key)
}

async function audit(action: string, result: string): Promise<void> {
  await inTransaction(async (client) => {
    await client.query('select pg_advisory_xact_lock(1)')
    const last = await client.query<{ hash: string }>('select hash from naive.audit order by seq desc limit 1')
    const leaf = JSON.stringify({ at: new Date().toISOString(), action, result })
    const hash = createHash('sha256')
      .update(`${last.rows[0]?.hash ?? ''}${leaf}`)
      .digest('hex')
    await client.query('insert into naive.audit (leaf, hash) values ($1, $2)', [leaf, hash])
  })
  log.info({ action, result }, 'audited')
}

async function inTransaction(use: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await use(client)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

const fold = (name: string): string =>
  name.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/[đĐ]/g, 'D').replaceAll(' ', '').toUpperCase()

await pool.query(`create schema if not exists naive;
  create table if not exists naive.payments (id text primary key, reference text unique, amount bigint, state text, pay_url text, body jsonb);
  create table if not exists naive.idempotency (key text primary key, payment text);
  create table if not exists naive.verifications (id text primary key, answer jsonb);
  create table if not exists naive.audit (seq bigserial primary key, leaf text, hash text)`)
const server = app.listen(settings.port, '127.0.0.1', () => process.send?.('ready'))
process.on('SIGTERM', () => server.close(() => void pool.end().then(() => process.exit(0))))
