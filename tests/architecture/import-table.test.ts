/** The import table holds, and it bites: for each of its rules an import is planted that breaks it. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkout, partOfCheckout } from '../support/checkout.ts'
import { runProgram } from '../support/run-program.ts'

interface Rule {
  readonly name: string
  readonly comment: string
  readonly from: { readonly path?: string }
}

/** Where something is planted, what is imported there, and the rules it breaks. */
type Plant = readonly [place: string, imported: string, ...broken: readonly string[]]

const forbidden: readonly Plant[] = [
  ['src/domain', '#store/database.ts', 'reach-of-src-domain'],
  ['src/domain', 'zod', 'domain-needs-no-packages'],
  ['src/domain', 'node:crypto', 'domain-needs-no-node'],
  ['src/matching', '#registers/verify-identity.ts', 'reach-of-src-matching'],
  ['src/payments', '#adapters/payment-portal/index.ts', 'reach-of-src-payments'],
  ['src/audit', '#store/database.ts', 'reach-of-src-audit'],
  ['src/evidence', '#audit/entry.ts', 'reach-of-src-evidence'],
  ['src/auth', '#http/app.ts', 'reach-of-src-auth'],
  ['src/webhooks', '#payments/transitions.ts', 'reach-of-src-webhooks'],
  ['src/resilience', '#observability/log.ts', 'reach-of-src-resilience'],
  ['src/observability', '#resilience/protect.ts', 'reach-of-src-observability'],
  ['src/receipts', '#store/database.ts', 'reach-of-src-receipts'],
  ['src/reconciliation', '#store/database.ts', 'reach-of-src-reconciliation'],
  ['src/config', '#main/settings.ts', 'reach-of-src-config'],
  ['src/registers', '#audit/entry.ts', 'reach-of-src-registers'],
  ['src/jobs', '#store/database.ts', 'reach-of-src-jobs'],
  ['src/store', '#payments/transitions.ts', 'reach-of-src-store'],
  ['src/store', '#http/app.ts', 'reach-of-src-store', 'store-knows-nobody-above-it'],
  ['src/http', '#store/database.ts', 'reach-of-src-http'],
  ['src/main', '#sandbox/index.ts', 'reach-of-src-main'],
  ['src/cli', '#store/database.ts', 'reach-of-src-cli'],
  ['adapters/transport', '#resilience/protect.ts', 'reach-of-adapters-transport'],
  ['adapters/population', '#adapters/payment-portal/index.ts', 'reach-of-adapters-population'],
  ['adapters/business-registry', '#adapters/population/index.ts', 'reach-of-adapters-business-registry'],
  ['adapters/payment-portal', '#payments/transitions.ts', 'reach-of-adapters-payment-portal'],
  ['sandbox', '#adapters/population/index.ts', 'reach-of-sandbox'],
  ['sandbox/population', '#domain/identifiers.ts', 'reach-of-sandbox'],
  ['src/main', '../../tools/check-imports.ts', 'reach-of-src-main', 'nobody-imports-tests'],
  ['src/main', './nowhere.ts', 'no-unresolved'],
  // Installed, because something of ours needs it, but not declared by us.
  ['src/main', 'body-parser', 'no-undeclared-packages'],
  ['src/main', 'vitest', 'production-needs-no-dev-packages'],
  ['src/payments', 'express', 'express-lives-in-one-place'],
  ['src/store', 'jose', 'jose-lives-in-one-place'],
  ['src/http', 'oidc-provider', 'oidc-provider-lives-in-one-place'],
  ['src/main', 'opossum', 'opossum-lives-in-one-place'],
  ['src/http', 'pino', 'logging-and-metrics-lives-in-one-place'],
  ['src/store', 'pg-boss', 'pg-boss-lives-in-one-place'],
  ['src/main', 'pg', 'pg-lives-in-one-place'],
  ['src/payments', 'dataloader', 'pg-lives-in-one-place'],
  ['adapters/payment-portal', 'axios', 'upstream-clients-lives-in-one-place'],
  ['adapters/population', 'soap', 'soap-lives-in-one-place'],
  ['src/main', 'commander', 'commander-lives-in-one-place'],
  ['src/http', 'qrcode', 'paper-lives-in-one-place'],
  ['adapters/webhook-receiver', '#adapters/population/index.ts', 'reach-of-adapters-webhook-receiver'],
  ['src/webhooks', 'ipaddr.js', 'upstream-clients-lives-in-one-place'],
  ['src/reconciliation', 'csv-stringify', 'csv-lives-in-one-place'],
]

const allowed: readonly Plant[] = [
  ['src/payments', '#domain/identifiers.ts'],
  ['src/registers', '#matching/names.ts'],
  ['src/http', '#registers/verify-identity.ts'],
  ['src/jobs', '#payments/transitions.ts'],
  ['src/http', '#receipts/get-receipt.ts'],
  ['src/receipts', 'pdfkit'],
  ['src/http', 'express'],
  ['sandbox', 'express'],
  ['adapters/population', '#adapters/transport/soap.ts'],
  ['src/main', '#adapters/population/index.ts'],
  ['src/cli', '#sandbox/index.ts'],
]

const sources = ['src', 'adapters', 'sandbox'] as const
const cruised = [...sources, 'tools', 'package.json', 'tsconfig.json', '.dependency-cruiser.mjs']

let rules: readonly Rule[]
beforeAll(async () => {
  const table = (await import(pathToFileURL(join(checkout, '.dependency-cruiser.mjs')).href)) as {
    default: { forbidden: readonly Rule[] }
  }
  rules = table.default.forbidden
})

describe('the import table', () => {
  it('holds in more than a hundred modules', async () => {
    const { status, stdout, stderr } = await checkImports(checkout)
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(Number(/import table: (\d+) modules/.exec(stdout)?.[1])).toBeGreaterThan(100)
  })

  it('reports each planted import, and no other, with the sentence of the rule it breaks', async () => {
    const folder = partOfCheckout(...cruised)
    const expected: string[] = []
    for (const [place, imported, ...broken] of [...forbidden, ...allowed]) {
      const file = plant(folder, place, `import '${imported}'\n`)
      expected.push(...broken.map((rule) => `${file} ${rule}: ${sentenceOf(rule)}`))
    }
    // The store may name the types of what it stores.
    plant(
      folder,
      'src/store',
      `import type { Transition } from '#payments/transitions.ts'\nexport type T = Transition\n`,
    )
    plantAs(folder, 'src/registers/planted-hen.ts', `import './planted-egg.ts'\n`)
    plantAs(folder, 'src/registers/planted-egg.ts', `import './planted-hen.ts'\n`)
    const { status, stderr } = await checkImports(folder)
    expect(status).toBe(1)
    const reports = readReports(stderr)
    const circles = reports.filter(({ rule }) => rule.startsWith('no-circles: Two files that need each other'))
    expect(circles.map(({ from }) => from)).toEqual([expect.stringMatching(/^src\/registers\/planted-(hen|egg)\.ts$/)])
    const others = reports.filter((report) => !circles.includes(report)).map(({ from, rule }) => `${from} ${rule}`)
    expect(others.toSorted(byText)).toEqual(expected.toSorted(byText))
  })

  it('has no rule that nothing was planted for', () => {
    const planted = new Set(forbidden.flatMap(([, , ...broken]) => broken))
    expect(rules.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual(['no-circles'])
  })

  it('has a row for each folder that is there', () => {
    const folders = [...foldersOf('src'), ...foldersOf('adapters')]
    const hasRow = (folder: string) =>
      rules.some(
        ({ name, from }) => name.startsWith('reach-of-') && new RegExp(from.path ?? '$^').test(`${folder}/a.ts`),
      )
    expect(folders.filter((folder) => !hasRow(folder))).toEqual([])
  })

  it('fails where it read nothing, rather than calling that clean', async () => {
    const folder = partOfCheckout('tools', 'package.json', 'tsconfig.json', '.dependency-cruiser.mjs')
    for (const source of sources) mkdirSync(join(folder, source))
    expect(await checkImports(folder)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('the cruise read no modules'),
    })
  })
})

const checkImports = (cwd: string) => runProgram(process.execPath, ['tools/check-imports.ts'], { cwd })

let planted = 0

function plant(folder: string, place: string, text: string): string {
  const file = `${place}/planted-${(planted += 1)}.ts`
  plantAs(folder, file, text)
  return file
}

function plantAs(folder: string, file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}

function sentenceOf(name: string): string {
  const rule = rules.find((one) => one.name === name)
  if (rule === undefined) throw new Error(`the table has no rule ${name}`)
  expect(rule.comment.length, name).toBeGreaterThan(10)
  return rule.comment
}

/** Each report is two lines: `from -> to`, then the rule and its sentence. */
const readReports = (text: string): { from: string; rule: string }[] =>
  [...text.matchAll(/^(\S+) -> \S+\n {2}(.+)$/gm)].map(([, from = '', rule = '']) => ({ from, rule }))

const foldersOf = (source: string): string[] =>
  readdirSync(join(checkout, source), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${source}/${name}`)

const byText = (one: string, other: string): number => (one < other ? -1 : 1)
