/** Starts what is compared: the simulators in a process of their own, one PostgreSQL, and the three programs, each a process. */
import { spawn, type ChildProcess } from 'node:child_process'
import { generateKeyPairSync, randomUUID, type JsonWebKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { importJWK, SignJWT, type JWK } from 'jose'
import { writeSandboxConfiguration, type SandboxUpstreams } from '../src/cli/sandbox-configuration.ts'
import type { Target } from './load.ts'
import type { PeerSettings } from './peers/settings.ts'

export interface Program extends Target {
  readonly name: 'gateway' | 'naive' | 'limit'
  readonly pid: number
  stop(): Promise<void>
}

export interface SandboxProcess extends SandboxUpstreams {
  readonly controlUrl: string
  readonly pid: number
  stop(): Promise<void>
}

const root = join(import.meta.dirname, '..')

export async function startSandboxProcess(): Promise<SandboxProcess> {
  const child = spawn(process.execPath, [join(root, 'sandbox/main.ts')], {
    env: { ...process.env, SANDBOX_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const line = await firstLine(child)
  return {
    ...(JSON.parse(line) as SandboxUpstreams & { controlUrl: string }),
    pid: child.pid ?? 0,
    stop: () => stop(child),
  }
}

/** Every call to every simulator waits so long before it is answered; 0 takes the delay away. */
export async function setUpstreamDelay({ controlUrl }: SandboxProcess, delayMs: number): Promise<void> {
  await fetch(`${controlUrl}/_sandbox/faults`, { method: 'DELETE' })
  if (delayMs === 0) return
  for (const system of ['population', 'business_registry', 'payment_portal'])
    await fault(controlUrl, system, 'slow', { delayMs })
}

export async function fault(controlUrl: string, system: string, name: string, params?: object): Promise<void> {
  const answer = await fetch(`${controlUrl}/_sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ system, fault: name, ...(params === undefined ? {} : { params }) }),
  })
  if (answer.status !== 201) throw new Error(`the sandbox refused the fault ${name}: ${await answer.text()}`)
}

export interface GatewayOptions {
  readonly dataDir: string
  readonly databaseUrl: string
  readonly sandbox: SandboxUpstreams
  readonly deadlines?: Readonly<Record<string, number>>
  readonly webhookAllowOrigins?: string
}

export async function startGateway({
  dataDir,
  databaseUrl,
  sandbox,
  deadlines,
  webhookAllowOrigins = '',
}: GatewayOptions): Promise<Program> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const configFile = join(dataDir, 'gateway.yaml')
  writeSandboxConfiguration({ configFile, dataDir, sandbox, ...(deadlines === undefined ? {} : { deadlines }) })
  const env = {
    ...process.env,
    MODE: 'sandbox',
    PORT: String(port),
    OPERATIONS_PORT: String(await freePort()),
    PUBLIC_URL: url,
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    CONFIG_FILE: configFile,
    WEBHOOK_ALLOW_ORIGINS: webhookAllowOrigins,
  }
  const child = spawn(process.execPath, [join(root, 'src/cli/index.ts'), 'serve'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await untilReady(`${url}/readyz`)
  return {
    name: 'gateway',
    pid: child.pid ?? 0,
    url,
    token: createTokens(url, join(dataDir, 'clients/demo-one-stop.jwk')),
    stop: () => stop(child),
  }
}

export interface PeerOptions {
  readonly databaseUrl: string
  readonly sandbox: SandboxUpstreams
}

export async function startPeer(name: 'naive' | 'limit', { databaseUrl, sandbox }: PeerOptions): Promise<Program> {
  const port = await freePort()
  const issuer = 'https://bench.example'
  const audience = 'urn:bench'
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const settings: PeerSettings = {
    port,
    databaseUrl,
    wsdl: join(root, 'contracts/population/dancu037.wsdl'),
    issuer,
    audience,
    verificationJwk: keys.publicKey.export({ format: 'jwk' }),
    signingJwk: keys.privateKey.export({ format: 'jwk' }),
    sandbox,
  }
  const child = spawn(process.execPath, [join(root, `bench/peers/${name}.ts`)], {
    env: { ...process.env, PEER_SETTINGS: JSON.stringify(settings) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  await untilReady(`${url}/livez`)
  const token = () =>
    new SignJWT({ scope: 'identity:verify', client_id: 'bench', tenant: 'lao-cai' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('1h')
      .setJti(randomUUID())
      .sign(keys.privateKey)
  return { name, pid: child.pid ?? 0, url, token, stop: () => stop(child) }
}

/** Real tokens from the gateway's own token endpoint, fetched again well before they run out. */
function createTokens(url: string, keyFile: string): () => Promise<string> {
  let current: { readonly token: string; readonly untilMs: number } | undefined
  return async () => {
    if (current !== undefined && current.untilMs > Date.now()) return current.token
    const jwk = JSON.parse(readFileSync(keyFile, 'utf8')) as JsonWebKey & { kid: string; alg: string }
    const assertion = await new SignJWT({})
      .setProtectedHeader({ alg: jwk.alg, kid: jwk.kid, typ: 'client-authentication+jwt' })
      .setIssuer('demo-one-stop')
      .setSubject('demo-one-stop')
      .setAudience(url)
      .setIssuedAt()
      .setExpirationTime('60s')
      .setJti(randomUUID())
      .sign(await importJWK(jwk as JWK))
    const answer = await fetch(`${url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'identity:verify business:read payment:create payment:read operations:read',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }),
    })
    if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`)
    const { access_token, expires_in } = (await answer.json()) as { access_token: string; expires_in: number }
    current = { token: access_token, untilMs: Date.now() + (expires_in - 90) * 1000 }
    return access_token
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const end = text.indexOf('\n')
      if (end >= 0) resolve(text.slice(0, end))
    })
    child.once('exit', (code) => reject(new Error(`the simulators stopped with ${code}`)))
  })
}

async function untilReady(url: string): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    const isUp = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isUp) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${url} did not become ready`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => child.kill('SIGKILL'), 10_000)
    child.once('exit', () => {
      clearTimeout(giveUp)
      resolve()
    })
    child.kill('SIGTERM')
  })
}
