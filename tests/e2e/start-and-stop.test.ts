import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { readClientKeyFile } from '#auth/client-key-file.ts'
import { clientKeyFile, demoClientId } from '#auth/demo-client.ts'
import { aVerification } from '../support/api-bodies.ts'
import { connectClient, type ApiClient } from '../support/api-client.ts'
import { checkout, copyFromCheckout } from '../support/checkout.ts'
import { makeDataFolder } from '../support/data-folder.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { anOrder, type Payment } from '../support/payment-journey.ts'
import { killAllOf, processesOf } from '../support/processes-of.ts'
import { runProgram, type ProgramEnd } from '../support/run-program.ts'
import { startProgram, type RunningPlace, type RunningProgram } from '../support/running-program.ts'

vi.setConfig({ testTimeout: 90_000 })
const isRoot = process.getuid?.() === 0

/** Everything a story leaves on the disk, the database's place of a closed DATA_DIR included. */
const folders: string[] = []
afterAll(async () => {
  // What lies in another folder first: it says where its database is.
  for (const folder of folders.toReversed()) {
    const elsewhere = await readFile(join(folder, 'postgres-location'), 'utf8').catch(() => '')
    for (const place of [folder, elsewhere.trim()]) if (place !== '') await rm(place, { recursive: true, force: true })
  }
})

interface Place {
  readonly dataDir: string
  /** How a program is run on it. */
  readonly run: RunningPlace & { readonly env: Readonly<Record<string, string>> }
}

/** Ports and folder of one start; by default a folder that PostgreSQL's user can enter. */
async function aPlace(dataDir?: string, how: RunningPlace = {}): Promise<Place> {
  const folder = dataDir ?? (await makeDataFolder())
  folders.push(folder)
  const env = { PORT: String(await freePort()), OPERATIONS_PORT: '0', SANDBOX_PORT: '0', DATA_DIR: folder }
  return { dataDir: folder, run: { cwd: checkout, ...how, env } }
}

/** Still the same place, with some variables different. */
const differing = ({ dataDir, run }: Place, env: Readonly<Record<string, string>>): Place => ({
  dataDir,
  run: { ...run, env: { ...run.env, ...env } },
})

/** Whatever becomes of the story, nothing of it stays. */
function watched(program: RunningProgram, { dataDir }: Place): RunningProgram {
  onTestFinished(async () => {
    await killAllOf(dataDir)
    await program.stop('SIGKILL')
  })
  return program
}

const npmStart = (place: Place): RunningProgram => watched(startProgram('npm', ['start'], place.run), place)

/** The program behind `npm start`, without npm around it. */
const start = (place: Place): RunningProgram =>
  watched(startProgram(process.execPath, ['src/cli/index.ts', 'start'], place.run), place)

async function started(place: Place): Promise<RunningProgram> {
  const program = start(place)
  await program.says(/npm run demo walks/)
  return program
}

const urlOf = ({ run }: Place): string => `http://127.0.0.1:${run.env['PORT']}`
const cli = ({ run: { cwd, env } }: Place, ...args: string[]): Promise<ProgramEnd> =>
  runProgram(process.execPath, ['src/cli/index.ts', ...args], { cwd, env })

const clientOf = (place: Place): Promise<ApiClient> =>
  connectClient(urlOf(place), {
    clientId: demoClientId,
    key: readClientKeyFile(clientKeyFile(place.dataDir, demoClientId)),
  })

/** As a terminal does it: to every process of the job. */
const ctrlC = ({ pid }: RunningProgram): boolean => process.kill(-pid, 'SIGINT')

const isNobodyLeft = (place: Place) =>
  eventually(
    () => processesOf(place.dataDir),
    (found) => found.length === 0,
  )
const postmastersOf = async (place: Place): Promise<readonly number[]> =>
  (await processesOf(place.dataDir)).filter(({ command }) => / -D /.test(command)).map(({ pid }) => pid)

/** The parts of the checkout that a start needs, in a folder of this mode; our installed packages by a link. */
async function aCopy(mode: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-copy-'))
  folders.push(folder)
  for (const part of ['package.json', 'src', 'adapters', 'sandbox', 'contracts']) copyFromCheckout(part, folder)
  await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'))
  await chmod(folder, mode)
  return folder
}

describe('one house over several lives', () => {
  let place: Place
  beforeAll(async () => {
    const copy = await aCopy(0o700)
    place = await aPlace(join(copy, '.data'), { cwd: copy, detached: true })
  })

  it('begins with npm start in a folder closed to others: ready within seconds, with a curl that works', async ({
    annotate,
  }) => {
    const sinceMs = performance.now()
    const npm = npmStart(place)
    const [, token] = await npm.says(/Authorization: Bearer (\S+)'/)
    const readyMs = performance.now() - sinceMs
    await annotate(`ready after ${Math.round(readyMs)} ms`)
    // Ten seconds are promised; busy machines that run tests may take longer.
    expect(readyMs).toBeLessThan(25_000)
    expect((await fetch(`${urlOf(place)}/readyz`)).status).toBe(200)
    const [, sent] = await npm.says(/-d '(\{.*\})'/)
    const answer = await fetch(`${urlOf(place)}/v1/identity-verifications`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: sent ?? '',
    })
    expect(await answer.json()).toMatchObject({ outcome: 'match' })
    expect((await stat(clientKeyFile(place.dataDir, demoClientId))).mode & 0o777).toBe(0o600)

    const [, sandboxPort = ''] = await npm.says(/sandbox\s+http:\/\/127\.0\.0\.1:(\d+)/)
    const other = await aPlace()
    const [demo, samePort, sameFolder] = await Promise.all([
      cli(differing(place, { SANDBOX_PORT: sandboxPort }), 'demo'),
      cli(differing(other, { SANDBOX_PORT: sandboxPort }), 'start'),
      cli(differing(place, { PORT: String(await freePort()) }), 'start'),
    ])
    expect(demo, demo.stderr).toMatchObject({ status: 0 })
    expect(demo.stdout).toMatch(/in_doubt[\s\S]*awaiting_payer[\s\S]*The bytes are equal[\s\S]*paid/)
    expect(samePort).toMatchObject({ status: 1, stderr: expect.stringContaining(`port ${sandboxPort} is taken`) })
    expect(samePort.stderr).toMatch(/^cure: .*SANDBOX_PORT/m)
    expect(sameFolder).toMatchObject({ status: 1, stderr: expect.stringMatching(/already runs on .*\ncure: /) })
    expect(await processesOf(other.dataDir)).toEqual([])

    ctrlC(npm)
    await npm.stop('SIGCONT')
    await isNobodyLeft(place)
  })

  it('ends with the terminal it was started in', async () => {
    const place = await aPlace()
    const program = await started(place)
    await program.stop('SIGHUP')
    expect(await processesOf(place.dataDir)).toEqual([])
  })

  it('ends with Ctrl-C also while it is still starting', async () => {
    const npm = npmStart(place)
    await eventually(
      () => postmastersOf(place),
      (found) => found.length > 0,
      { everyMs: 5 },
    )
    ctrlC(npm)
    await npm.stop('SIGCONT')
    await isNobodyLeft(place)
  })

  it('keeps what was acknowledged over kill -9, and ends the database that was left behind', async () => {
    const first = await started(place)
    const client = await clientOf(place)
    const payments = await Promise.all(
      Array.from({ length: 10 }, async (_, at) => {
        const { body } = await client.post<Payment>('/v1/payments', anOrder(), { 'idempotency-key': `killed-${at}` })
        return body
      }),
    )
    const { body: verified } = await client.post('/v1/identity-verifications', aVerification())
    const orphans = await postmastersOf(place)
    // In the middle of more of them.
    const unanswered = Array.from({ length: 10 }, (_, at) =>
      client.post('/v1/payments', anOrder(), { 'idempotency-key': `cut-${at}` }).catch(() => undefined),
    )
    await first.stop('SIGKILL')
    await Promise.all(unanswered)
    expect(await postmastersOf(place)).toEqual(orphans)

    const npm = npmStart(place)
    await npm.says(/npm run demo walks/)
    const again = await clientOf(place)
    for (const payment of payments) {
      const { status, body } = await again.get<Payment>(`/v1/payments/${payment.id}`)
      expect([status, body.reference, body.attempt.portalReference]).toEqual([
        200,
        payment.reference,
        payment.attempt.portalReference,
      ])
    }
    expect((await again.get(`/v1/identity-verifications/${String(verified['id'])}`)).body).toEqual(verified)
    expect(orphans).toHaveLength(1)
    expect(await postmastersOf(place)).toHaveLength(1)
    expect(await postmastersOf(place)).not.toEqual(orphans)

    // npm itself this time: what it had started must notice, and make room.
    process.kill(npm.pid, 'SIGKILL')
    const next = npmStart(place)
    await next.says(/npm run demo walks/)
    expect(await postmastersOf(place)).toHaveLength(1)
    await next.stop('SIGTERM')
    expect(await processesOf(place.dataDir)).toEqual([])
  })
})

describe('a first start that was cut short', () => {
  it('is made whole by the next', async () => {
    const place = await aPlace()
    const cut = start(place)
    const base = join(place.dataDir, 'postgres', 'data', 'base')
    await eventually(() => existsSync(base), Boolean, { everyMs: 2 })
    await cut.stop('SIGKILL')
    const whole = await started(place)
    expect((await (await clientOf(place)).post('/v1/identity-verifications', aVerification())).status).toBe(200)
    await whole.stop()
    await isNobodyLeft(place)
  })
})

describe('a start that cannot be', () => {
  it('names every wrong variable at once, and starts nothing', async () => {
    const place = await aPlace()
    const { status, stderr } = await cli(differing(place, { PORT: 'http', LOG_LEVEL: 'loud' }), 'start')
    expect(status).toBe(1)
    expect(stderr).toMatch(/PORT: [\s\S]*LOG_LEVEL: [\s\S]*cure: /)
    await isNobodyLeft(place)
  })

  it('says what to do about a folder that is none', async () => {
    const place = await aPlace()
    const file = join(place.dataDir, 'a-file')
    await writeFile(file, '')
    const { status, stderr } = await cli(differing(place, { DATA_DIR: join(file, 'data') }), 'start')
    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^error: .*\ncure: .*DATA_DIR/m),
    })
  })
})

/** An account that may read the checkout, to be an ordinary user with; undefined when this is not run by root. */
const nobody = isRoot ? ordinaryUser() : undefined

function ordinaryUser(): { uid: number; gid: number } | undefined {
  try {
    const ids = { uid: Number(execFileSync('id', ['-u', 'nobody'])), gid: Number(execFileSync('id', ['-g', 'nobody'])) }
    const program = join(checkout, 'src/cli/index.ts')
    execFileSync(process.execPath, ['--check', program], { ...ids, cwd: '/', stdio: 'ignore' })
    return ids
  } catch {
    return undefined
  }
}

describe.skipIf(nobody === undefined)(
  'an ordinary user (skipped: not root, or the checkout is closed to nobody)',
  () => {
    it('starts everything as themselves', async () => {
      const ids = nobody ?? { uid: 0, gid: 0 }
      const home = await makeDataFolder()
      folders.push(home)
      const dataDir = join(home, 'data')
      await mkdir(dataDir, { mode: 0o700 })
      await chown(dataDir, ids.uid, ids.gid)
      const place = await aPlace(dataDir, ids)
      const program = await started(place)
      const [postmaster] = await postmastersOf(place)
      expect((await stat(`/proc/${postmaster}`)).uid).toBe(ids.uid)
      expect((await fetch(`${urlOf(place)}/readyz`)).status).toBe(200)
      expect((await program.stop()).status).toBe(0)
      await isNobodyLeft(place)
    })
  },
)
