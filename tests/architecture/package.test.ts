/** What `npm pack` packs is JavaScript that runs under node_modules, where Node strips no types, and always the same. */
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { checkout, copyFromCheckout, filesBelow } from '../support/checkout.ts'
import { makeDataFolder } from '../support/data-folder.ts'
import { freePort } from '../support/free-port.ts'
import { runProgram } from '../support/run-program.ts'
import { startProgram } from '../support/running-program.ts'

interface Manifest {
  readonly name: string
  readonly bin: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
}

const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as Manifest
const packed = [
  'src',
  'adapters',
  'sandbox',
  'contracts',
  'tools',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
]
const papers = ['README.md', 'LICENSE', 'NOTICE']

let folder: string
let first: string
let second: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-pack-'))
  first = await pack('first')
  second = await pack('second')
  await install()
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** In a copy of the sources of its own, so that nothing of a place or an hour gets into the package unseen. */
async function pack(name: string): Promise<string> {
  const sources = join(folder, name)
  for (const path of [...packed, ...papers]) copyFromCheckout(path, sources)
  symlinkSync(join(checkout, 'node_modules'), join(sources, 'node_modules'))
  const destination = join(folder, `${name}-packed`)
  mkdirSync(destination)
  const { status, stderr } = await runProgram('npm', ['pack', '--pack-destination', destination], { cwd: sources })
  expect(status, stderr).toBe(0)
  const [file = ''] = readdirSync(destination)
  return join(destination, file)
}

const installed = () => join(folder, 'node_modules', manifest.name)
const program = () => join(folder, 'node_modules/.bin/lienthong')

/** As npm would: unpacked, its bin linked and runnable, beside it the packages it declares and no others. */
async function install(): Promise<void> {
  mkdirSync(installed(), { recursive: true })
  const unpacked = await runProgram('tar', ['-xzf', first, '-C', installed(), '--strip-components=1'])
  expect(unpacked).toMatchObject({ status: 0, stderr: '' })
  for (const name of Object.keys(manifest.dependencies)) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(checkout, 'node_modules', name), link)
  }
  const bin = join(installed(), manifest.bin['lienthong'] ?? '')
  chmodSync(bin, 0o755)
  mkdirSync(dirname(program()))
  symlinkSync(bin, program())
}

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

describe('the package', () => {
  it('is the same, byte for byte, however often and wherever it is packed', () => {
    expect(hashOf(second)).toBe(hashOf(first))
  })

  it('holds what it needs and no TypeScript, test or secret', () => {
    const files = filesBelow(installed())
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'NOTICE', 'README.md', 'dist/package.json']))
    expect(files).toEqual(expect.arrayContaining(Object.values(manifest.bin)))
    expect(
      files.filter((file) => /\.tsx?$|\.test\.|(^|\/)(tests|tools|bench|\.data|node_modules)\//.test(file)),
    ).toEqual([])
  })

  it('shows its help from under node_modules', async () => {
    const { status, stdout, stderr } = await runProgram(program(), ['--help'], { cwd: folder })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('Usage: lienthong')
  })

  it('shows its configuration', async () => {
    const { status, stdout } = await runProgram(program(), ['config'], { cwd: folder, env: { PORT: '18080' } })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^PORT\s+18080$/m)
  })

  it('starts everything: simulators from its contracts, database from its migrations, gateway', async () => {
    const dataDir = await makeDataFolder()
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
    const ports = { PORT: String(await freePort()), OPERATIONS_PORT: '0', SANDBOX_PORT: '0' }
    const running = startProgram(program(), ['start'], { cwd: folder, env: { ...ports, DATA_DIR: dataDir } })
    onTestFinished(async () => void (await running.stop()))
    const [, url] = await running.says(/^\s*API\s+(http:\S+)$/m)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await running.stop()).status).toBe(0)
  })
})
