/** The HTTP layer on a loopback port with use cases a test can replace; everything else answers like a healthy house. */
import { createApp } from '#http/app.ts'
import type { AppDeps } from '#http/deps.ts'
import { createServer } from '#http/server.ts'
import { GatewayError } from '#domain/errors.ts'
import type { Log, LogFields } from '#domain/log.ts'
import { scopes, type Principal, type Scope } from '#domain/principal.ts'
import { manualClock } from './manual-clock.ts'
import { sequentialIds } from './sequential-ids.ts'

export interface GatewayApp {
  readonly origin: string
  readonly port: number
  /** Every line logged, newest last. */
  readonly lines: readonly LoggedLine[]
  /** Every request counted, as `operation status`. */
  readonly counted: readonly string[]
  fetch(path: string, init?: RequestInit): Promise<Response>
  close(): Promise<void>
}

interface LoggedLine {
  readonly level: string
  readonly fields: LogFields
}

const mustNotBeCalled = () => Promise.reject(new Error('the test gave no answer for this use case'))

/** Tokens of the fake: `Bearer all`, or `Bearer ` and scopes joined by commas, or `Bearer tenant/client/scopes`. */
function readFakeToken(authorization: string | undefined): Principal {
  const [, token] = /^Bearer (.+)$/.exec(authorization ?? '') ?? []
  if (token === undefined || token === 'expired') throw new GatewayError('invalid_token', 'the fake refuses it')
  const [granted = '', clientId = 'demo-one-stop', tenant = 'lao-cai'] = token.split('/').toReversed()
  const names = granted === 'all' ? scopes : (granted.split(',') as Scope[])
  return { tenant, clientId, scopes: new Set(names), tokenId: 'token-1' }
}

function fakeDeps(differing: Partial<AppDeps> = {}): AppDeps {
  return {
    publicUrl: 'http://gateway.example',
    clock: manualClock(),
    ids: sequentialIds(),
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    metrics: { requestFinished: () => {} },
    authenticate: async (authorization) => readFakeToken(authorization),
    clients: { find: async () => undefined },
    idempotency: { find: async () => undefined },
    tokenEndpoint: {
      handler: async (_request, response) => void response.end('{}'),
      metadata: { issuer: 'http://gateway.example' },
      jwks: () => ({ keys: [] }),
    },
    evidenceKeys: () => ({ keys: [] }),
    webhookKeys: () => ({ keys: [] }),
    upstreamHealth: () => [],
    livemode: () => false,
    readiness: async () => ({ ready: true, parts: { database: 'ready' } }),
    verifyIdentity: mustNotBeCalled,
    findVerification: mustNotBeCalled,
    findBusiness: mustNotBeCalled,
    payments: {
      create: mustNotBeCalled,
      createAttempt: mustNotBeCalled,
      cancel: mustNotBeCalled,
      requestRefund: mustNotBeCalled,
      approveRefund: mustNotBeCalled,
      getRefund: mustNotBeCalled,
      listRefunds: mustNotBeCalled,
      get: mustNotBeCalled,
      list: mustNotBeCalled,
      events: mustNotBeCalled,
      getPortalBill: mustNotBeCalled,
      postings: mustNotBeCalled,
      receiveNotification: mustNotBeCalled,
      returnPayer: mustNotBeCalled,
    },
    receipts: { get: mustNotBeCalled, draw: mustNotBeCalled, paymentQr: mustNotBeCalled },
    reconciliation: {
      start: mustNotBeCalled,
      read: { get: mustNotBeCalled, list: mustNotBeCalled, rows: mustNotBeCalled, transfer: mustNotBeCalled },
      putFile: mustNotBeCalled,
      cases: { list: mustNotBeCalled, resolve: mustNotBeCalled },
    },
    webhooks: {
      create: mustNotBeCalled,
      update: mustNotBeCalled,
      rotateSecret: mustNotBeCalled,
      read: {
        endpoints: mustNotBeCalled,
        endpoint: mustNotBeCalled,
        secret: mustNotBeCalled,
        deliveries: mustNotBeCalled,
        delivery: mustNotBeCalled,
      },
      replay: mustNotBeCalled,
      listEvents: mustNotBeCalled,
    },
    ...differing,
  }
}

export async function startGatewayApp(differing: Partial<AppDeps> = {}): Promise<GatewayApp> {
  const lines: LoggedLine[] = []
  const counted: string[] = []
  const deps = fakeDeps({
    log: recordingLog(lines),
    metrics: { requestFinished: (operation, status) => void counted.push(`${operation} ${status}`) },
    ...differing,
  })
  const server = createServer(createApp(deps), { clock: deps.clock })
  const port = await server.listen(0, '127.0.0.1')
  const origin = `http://127.0.0.1:${port}`
  return {
    origin,
    port,
    lines,
    counted,
    fetch: (path, init) => fetch(origin + path, { redirect: 'manual', ...init }),
    close: async () => void (await server.close(0)),
  }
}

function recordingLog(lines: LoggedLine[]): Log {
  const at = (level: string) => (fields: LogFields) => void lines.push({ level, fields })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** A POST of JSON with a token for everything. */
export const jsonPost = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { Authorization: 'Bearer all', 'Content-Type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
