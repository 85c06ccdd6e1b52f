/** The commands that need no simulator, run as programs: what they say, to whom, how they end and what they leave behind. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { lienthong, processesNaming, startLienthong, writeConfiguration } from '../support/command-line.ts'
import { makeDataFolder } from '../support/data-folder.ts'
import { freePort } from '../support/free-port.ts'
import type { ProgramEnd } from '../support/run-program.ts'
import type { RunningProgram } from '../support/running-program.ts'

const folders: string[] = []
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

async function aFolder(): Promise<string> {
  const folder = await makeDataFolder()
  folders.push(folder)
  return folder
}

/** Somebody else's program on a port. */
async function occupy(): Promise<{ port: string; calls: () => number }> {
  let calls = 0
  const server: Server = createServer((socket) => {
    calls += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { port: String((server.address() as AddressInfo).port), calls: () => calls }
}

/** What every refused command owes: nothing for the pipe, the cause and the cure for the person, no stack. */
function expectRefusal({ status, stdout, stderr }: ProgramEnd, { error, cure }: { error: RegExp; cure: RegExp }): void {
  expect(status).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toMatch(error)
  expect(stderr).toMatch(cure)
  expect(stderr).toMatch(/^error: .+/)
  expect(stderr).toMatch(/^cure: {2}.+/m)
  expect(stderr).not.toMatch(/\n\s+at /)
}

describe('config', () => {
  it('shows every setting with its value, and no password', async () => {
    const { status, stdout } = await lienthong(['config'], {
      PORT: '18080',
      DATABASE_URL: 'postgresql://gateway:geheim@db.example/gateway',
    })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^PORT\s+18080$/m)
    expect(stdout).toMatch(/^OPERATIONS_PORT\s+8081\s+\(default\)$/m)
    expect(stdout).toMatch(/^DATABASE_URL\s+postgresql:\/\/gateway:\*\*\*@db\.example\/gateway$/m)
    expect(stdout).not.toContain('geheim')
  })

  it('names every mistake of environment and file at once when it is to check them', async () => {
    const folder = await aFolder()
    const file = join(folder, 'wrong.yaml')
    await writeFile(file, 'tenants: { lao-cai: { population: { dialect: esperanto, url: nowhere } } }\nzzz: 1\n')
    const { status, stderr } = await lienthong(['config', '--check'], {
      MODE: 'demo',
      PORT: '99999',
      LOG_LEVEL: 'loud',
      DATA_DIR: join(folder, 'data'),
      CONFIG_FILE: file,
    })
    expect(status).toBe(1)
    for (const mistake of [
      'MODE',
      'PORT',
      'LOG_LEVEL',
      'population.dialect',
      'population.url',
      'population.user',
      'zzz',
    ])
      expect(stderr).toContain(mistake)
    expect(stderr).toMatch(/^cure: /m)
    expect(existsSync(join(folder, 'data'))).toBe(false)
  })

  it('says which tenants it found when nothing is wrong', async () => {
    const folder = await aFolder()
    await writeConfiguration(folder)
    const { status, stdout, stderr } = await lienthong(['config', '--check'], { MODE: 'sandbox', DATA_DIR: folder })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('good, tenants lao-cai')
  })
})

describe('serve, when it cannot start', () => {
  it('names every mistake of a wrong configuration, opens no port and makes no folder', async () => {
    const folder = await aFolder()
    await writeConfiguration(folder)
    await chmod(join(folder, 'population-secret'), 0o644)
    const dataDir = join(folder, 'data')
    // Taken: a start that went as far as listening would complain about the port.
    const { port, calls } = await occupy()
    const end = await lienthong(['serve'], {
      DATA_DIR: dataDir,
      CONFIG_FILE: join(folder, 'gateway.yaml'),
      PORT: port,
      OPERATIONS_PORT: port,
    })
    expectRefusal(end, {
      error: /lao-cai\.population\.secretFile: .*can be read by others/,
      cure: /nothing was started/,
    })
    expect(end.stderr).toContain('a loopback upstream is refused in production')
    expect(end.stderr).not.toContain('port')
    expect(existsSync(dataDir)).toBe(false)
    expect(calls()).toBe(0)
  })

  it('says that there is no configuration and how to get one', async () => {
    const dataDir = join(await aFolder(), 'data')
    const end = await lienthong(['serve'], { DATA_DIR: dataDir, MODE: 'sandbox' })
    expectRefusal(end, { error: /gateway\.yaml cannot be read/, cure: /npm start/ })
    expect(existsSync(dataDir)).toBe(false)
  })

  it('says what is wrong with a DATA_DIR that is no folder', async () => {
    const folder = await aFolder()
    await writeConfiguration(folder)
    const dataDir = join(folder, 'gateway.yaml', 'data')
    const end = await lienthong(['serve'], { ...atConfiguration(folder), DATA_DIR: dataDir })
    expectRefusal(end, { error: /gateway\.yaml\/data/, cure: /DATA_DIR/ })
  })

  it.skipIf(ordinaryUser() === undefined)(
    'says what is wrong with a DATA_DIR it may not write (skipped: the checkout is closed to nobody)',
    async () => {
      const folder = await aFolder()
      await writeConfiguration(folder)
      const { uid, gid } = ordinaryUser() ?? {}
      if (uid !== undefined) execFileSync('chown', ['-R', `${uid}:${gid}`, folder])
      await chmod(folder, 0o555)
      const env = { ...atConfiguration(folder), DATA_DIR: join(folder, 'data') }
      const end = await lienthong(['serve'], env, uid === undefined ? {} : { uid, gid })
      await chmod(folder, 0o755)
      expectRefusal(end, { error: /\/data.* cannot be written|cannot use .*\/data/, cure: /DATA_DIR/ })
    },
  )
})

describe('serve, where it cannot listen', () => {
  let env: Readonly<Record<string, string>>
  let folder: string
  beforeAll(async () => {
    folder = await aFolder()
    await writeConfiguration(folder)
    env = { MODE: 'sandbox', PORT: '0', OPERATIONS_PORT: '0', DATA_DIR: folder, LOG_LEVEL: 'error' }
  })

  it.each(['PORT', 'OPERATIONS_PORT'])('names a taken %s and leaves nothing running', async (variable) => {
    const { port } = await occupy()
    const end = await lienthong(['serve'], { ...env, [variable]: port })
    const cure = new RegExp(`another port with ${variable}\\.`)
    expectRefusal(end, { error: new RegExp(`port ${port} is taken`), cure })
    expect(processesNaming(folder)).toEqual([])
  })

  it('names an address that this machine does not have, and leaves nothing running', async () => {
    // 192.0.2.0/24 is for documentation (RFC 5737): nobody has it.
    const end = await lienthong(['serve'], { ...env, HOST: '192.0.2.1' })
    expectRefusal(end, { error: /no address 192\.0\.2\.1/, cure: /HOST/ })
    expect(processesNaming(folder)).toEqual([])
  })
})

const atConfiguration = (folder: string) => ({
  MODE: 'sandbox',
  PORT: '0',
  OPERATIONS_PORT: '0',
  CONFIG_FILE: join(folder, 'gateway.yaml'),
})

/** Root may write anywhere, so root borrows an account that may read the checkout; others are ordinary already. */
function ordinaryUser(): { uid?: number; gid?: number } | undefined {
  if (process.getuid?.() !== 0) return {}
  try {
    const [uid, gid] = [Number(execFileSync('id', ['-u', 'nobody'])), Number(execFileSync('id', ['-g', 'nobody']))]
    execFileSync(process.execPath, ['--check', import.meta.filename], { uid, gid, cwd: '/', stdio: 'ignore' })
    return { uid, gid }
  } catch {
    return undefined
  }
}

describe('migrate', () => {
  it('says what it applied, and the second time that there is nothing to apply', async () => {
    const env = { DATA_DIR: await aFolder(), MODE: 'sandbox' }
    const first = await lienthong(['migrate'], env)
    expect(first).toMatchObject({ status: 0, stderr: '' })
    expect(first.stdout).toMatch(/^applied 001_\w+\.sql, 002_/)
    expect(await lienthong(['migrate'], env)).toMatchObject({ status: 0, stdout: 'the schema is up to date\n' })
    expect(processesNaming(env.DATA_DIR)).toEqual([])
  })
})

describe('beside a running gateway', () => {
  let env: Readonly<Record<string, string>>
  let url: string
  let gateway: RunningProgram

  beforeAll(async () => {
    const folder = await aFolder()
    await writeConfiguration(folder)
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    env = { MODE: 'sandbox', PORT: String(port), OPERATIONS_PORT: '0', DATA_DIR: folder, LOG_LEVEL: 'error' }
    gateway = startLienthong(['serve'], env)
    await gateway.says(new RegExp(`listening on ${url}`))
  })
  afterAll(() => gateway.stop())

  const keyFile = (client: string) => join(env['DATA_DIR'] ?? '', 'clients', `${client}.jwk`)
  const add = (id: string, ...more: readonly string[]) =>
    lienthong(['clients', 'add', id, '--tenant', 'lao-cai', '--scope', 'operations:read', ...more], env)

  it('serve refuses the same DATA_DIR and does not disturb who runs there', async () => {
    const end = await lienthong(['serve'], { ...env, PORT: '0' })
    expectRefusal(end, { error: new RegExp(`process ${gateway.pid}\\) already runs`), cure: /DATA_DIR|DATABASE_URL/ })
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
  })

  it('migrate finds the schema up to date', async () => {
    expect(await lienthong(['migrate'], env)).toMatchObject({ status: 0, stdout: 'the schema is up to date\n' })
  })

  it('clients add says the id, and to the person where the private key is, which nobody else can read', async () => {
    const { status, stdout, stderr } = await add('desk-1')
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'desk-1\n' })
    expect(stderr).toContain(keyFile('desk-1'))
    expect((await stat(keyFile('desk-1'))).mode & 0o777).toBe(0o600)
    const { d } = JSON.parse(await readFile(keyFile('desk-1'), 'utf8')) as { d: string }
    expect(stdout + stderr).not.toContain(d)
  })

  it('clients add refuses an id that is taken, and every wrong wish at once, without leaving a key', async () => {
    await add('desk-2')
    expectRefusal(await add('desk-2'), { error: /desk-2 exists already/, cure: /another id/ })
    const wrong = await add('desk-3', '--scope', 'everything', '--return-origin', 'http://one-stop.example/path')
    expectRefusal(wrong, { error: /the scope everything does not exist/, cure: /./ })
    expect(wrong.stderr).toContain('http://one-stop.example/path is not an origin')
    expect(existsSync(keyFile('desk-3'))).toBe(false)
  })

  it('clients list shows the demo client of the sandbox, active, and no key', async () => {
    const { status, stdout } = await lienthong(['clients', 'list'], env)
    expect(status).toBe(0)
    expect(stdout).toMatch(/^demo-one-stop\tlao-cai\tactive\t/m)
    expect(await lienthong(['clients', 'list', '--tenant', 'nobody'], env)).toMatchObject({ status: 0, stdout: '' })
  })

  it('token prints the token and nothing else, and the token opens what its scope says', async () => {
    await add('desk-4', '--scope', 'business:read')
    const { status, stdout, stderr } = await lienthong(
      ['token', '--client', 'desk-4', '--scope', 'operations:read'],
      env,
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    const call = (path: string) => fetch(url + path, { headers: { authorization: `Bearer ${stdout.trim()}` } })
    expect((await call('/v1/upstreams')).status).toBe(200)
    expect((await call('/v1/businesses/9900123459')).status).toBe(403)
  })

  it('token says why the token server refuses a client that was disabled', async () => {
    await add('desk-5')
    expect(await lienthong(['clients', 'disable', 'desk-5'], env)).toMatchObject({ status: 0, stdout: '' })
    const end = await lienthong(['token', '--client', 'desk-5'], env)
    expectRefusal(end, { error: /refused \(40[01]\): invalid_client/, cure: /active/ })
    expect((await lienthong(['clients', 'list'], env)).stdout).toMatch(/^desk-5\tlao-cai\tdisabled 2/m)
    expectRefusal(await lienthong(['clients', 'disable', 'desk-5'], env), { error: /no active client/, cure: /list/ })
  })

  it.each([
    ['a client without a key here', ['--client', 'nobody'], {}, /nobody\.jwk cannot be used/, /--key/],
    [
      'an address where no gateway is',
      ['--client', 'demo-one-stop'],
      { PUBLIC_URL: 'http://127.0.0.1:9' },
      /no gateway answers/,
      /PUBLIC_URL/,
    ],
    [
      'a scope that does not exist',
      ['--client', 'demo-one-stop', '--scope', 'everything'],
      {},
      /invalid_scope/,
      /scopes/,
    ],
  ])('token refuses %s with cause and cure', async (_, args, differing, error, cure) => {
    expectRefusal(await lienthong(['token', ...args], { ...env, ...differing }), { error, cure })
  })

  it('keys list shows one key of each purpose in use; keys rotate publishes the next one ahead of its use', async () => {
    const before = await lienthong(['keys', 'list'], env)
    expect(before.status).toBe(0)
    for (const purpose of ['access-token', 'evidence', 'audit-tag'])
      expect(before.stdout).toMatch(new RegExp(`^${purpose}\\t1\\t.*\\tin use\\t`, 'm'))
    const rotated = await lienthong(['keys', 'rotate', 'evidence'], env)
    expect(rotated.stdout).toMatch(/^evidence\t2\t\S+\n$/)
    expect(rotated.stderr).toMatch(/^in use from 2/)
    const after = await lienthong(['keys', 'list'], env)
    expect(after.stdout).toMatch(/^evidence\t1\t.*\tin use\t/m)
    expect(after.stdout).toMatch(/^evidence\t2\t.*\tnext\t/m)
  })

  it('keys rotate refuses a purpose that is none, and names those that are', async () => {
    const { status, stdout, stderr } = await lienthong(['keys', 'rotate', 'everything'], env)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/evidence/)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('doctor finds what is well and warns of an upstream that takes no connection, with a cure', async () => {
    const { status, stdout } = await lienthong(['doctor'], env)
    expect(status).toBe(0)
    expect(stdout).toMatch(/^✓ database\s+reachable, durable, migrated$/m)
    expect(stdout).toMatch(/^✓ journal\s+sums to zero and follows from what happened$/m)
    expect(stdout).toMatch(/^! lao-cai population\s+accepts no connection\n\s+cure: /m)
  })

  it('an unknown command is told what there is', async () => {
    const { status, stdout, stderr } = await lienthong(['frobnicate'], env)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain("unknown command 'frobnicate'")
    expect(stderr).toContain('Usage: lienthong')
  })

  it('the gateway ends well on SIGTERM and takes its database with it', async () => {
    expect((await gateway.stop('SIGTERM')).status).toBe(0)
    expect(processesNaming(env['DATA_DIR'] ?? '')).toEqual([])
    await expect(fetch(`${url}/livez`)).rejects.toThrow()
  })
})
