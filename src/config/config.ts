/** The shape of `CONFIG_FILE`: tenants and how each reaches the three national systems. Secrets are files, never values. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { StartupError } from '#domain/errors.ts'
import type { FeeCatalogue } from '#domain/fee.ts'
import { readFeeCatalogue } from './fee-catalogue.ts'
import type { Mode } from './env.ts'
import { unitProblem, portal, resolvePortal, type PortalConfig } from './portal.ts'
import { httpUrl, secretFile, withSecret, type Scope, type WithSecret } from './with-secret.ts'

const code = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'letters, digits, dot, dash and underscore, at most 64')

const population = z.strictObject({
  dialect: z.enum(['dancu037', 'qcvn109']),
  carrier: z.enum(['direct']).default('direct'),
  url: httpUrl,
  /** The provider's registered URL, which the password hash covers; not necessarily the URL called. */
  hashUrl: z.string().min(1),
  user: z.string().min(1),
  secretFile,
})

const businessRegistry = z.strictObject({
  dialect: z.enum(['enterprise-v1']),
  url: httpUrl,
  tokenUrl: httpUrl,
  clientId: z.string().min(1),
  secretFile,
})

const collectingUnit = z.strictObject({
  portal: code,
  agencyCode: z.string().min(1).max(50),
  name: z.string().min(1).max(250),
  ip: z.union([z.ipv4(), z.ipv6()]),
  beneficiary: z.strictObject({ account: z.string().min(1), bank: z.string().min(1), name: z.string().min(1) }),
})

const procedure = z.strictObject({
  name: z.string().min(1),
  attributes: z.array(z.string()).default([]),
  whenUnavailable: z.enum(['refuse', 'accept_and_verify_later']).default('refuse'),
})

const tenant = z.strictObject({
  population: population.optional(),
  businessRegistry: businessRegistry.optional(),
  portals: z.record(code, portal).default({}),
  collectingUnits: z.record(code, collectingUnit).default({}),
  procedures: z.record(code, procedure).default({}),
  /** A file of fees; with it, payments are for these fees only. */
  feeCatalogue: z.string().min(1).optional(),
  /** Đồng. A refund that brings those of its payment above it needs a second person; 0: every one does. */
  refundApprovalAbove: z.number().int().min(0).max(999_999_999_999).default(5_000_000),
})

const milliseconds = z.number().int().min(100).max(120_000)

/** How long a whole call may take, repeats included; the defaults are those of the public API's description. */
const deadlines = z.strictObject({
  verifyMs: milliseconds.default(10_000),
  businessMs: milliseconds.default(8_000),
  initMs: milliseconds.default(8_000),
  queryMs: milliseconds.default(5_000),
  billMs: milliseconds.default(30_000),
})

const configuration = z.strictObject({
  deadlines: deadlines.prefault({}),
  tenants: z.record(code, tenant),
})

export type Deadlines = z.infer<typeof deadlines>

export interface TenantConfig {
  readonly population?: WithSecret<z.infer<typeof population>>
  readonly businessRegistry?: WithSecret<z.infer<typeof businessRegistry>>
  readonly portals: Readonly<Record<string, PortalConfig>>
  readonly collectingUnits: Readonly<Record<string, z.infer<typeof collectingUnit>>>
  readonly procedures: Readonly<Record<string, z.infer<typeof procedure>>>
  /** Absent: what clients order is not checked against anything. */
  readonly feeCatalogue?: FeeCatalogue
  readonly refundApprovalAbove: number
}

export interface Config {
  readonly deadlines: Deadlines
  readonly tenants: Readonly<Record<string, TenantConfig>>
}

/** Reads and checks the file and the secrets it names; every wrong key is named at once. Throws `StartupError`. */
export function readConfig(file: string, mode: Mode): Config {
  const parsed = configuration.safeParse(readYaml(file))
  if (!parsed.success) {
    throw wrong(
      file,
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || '(top level)'}: ${message}`),
    )
  }
  const problems: string[] = []
  const tenants = Object.fromEntries(
    Object.entries(parsed.data.tenants).map(([id, one]) => [
      id,
      resolveTenant(one, { path: `tenants.${id}`, folder: dirname(file), mode, problems }),
    ]),
  )
  if (Object.keys(tenants).length === 0) problems.push('tenants: at least one is needed')
  problems.push(...sharedConnections(tenants))
  if (problems.length > 0) throw wrong(file, problems)
  return { deadlines: parsed.data.deadlines, tenants }
}

function readYaml(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new StartupError(`CONFIG_FILE ${file} cannot be read`, {
      cure: 'Create it (docs/guides/configuration.md has a full example), or run `npm start`, which writes one for the sandbox.',
      cause,
    })
  }
  const document = parseDocument(text, { uniqueKeys: true })
  if (document.errors.length > 0)
    throw wrong(
      file,
      document.errors.map(({ message }) => message.split('\n')[0] ?? ''),
    )
  return document.toJS({ maxAliasCount: 0 }) as unknown
}

function resolveTenant(one: z.infer<typeof tenant>, scope: Scope): TenantConfig {
  for (const [unit, { portal }] of Object.entries(one.collectingUnits)) {
    const problem = unitProblem(unit, portal, one.portals[portal])
    if (problem !== undefined) scope.problems.push(`${scope.path}.collectingUnits.${unit}.${problem}`)
  }
  const resolved = <T extends { secretFile: string; url: string }>(upstream: T, key: string) =>
    withSecret(upstream, { ...scope, path: `${scope.path}.${key}` })
  return {
    ...(one.population === undefined ? {} : { population: resolved(one.population, 'population') }),
    ...(one.businessRegistry === undefined
      ? {}
      : { businessRegistry: resolved(one.businessRegistry, 'businessRegistry') }),
    portals: Object.fromEntries(
      Object.entries(one.portals).map(([name, value]) => [
        name,
        resolvePortal(value, { ...scope, path: `${scope.path}.portals.${name}` }),
      ]),
    ),
    collectingUnits: one.collectingUnits,
    procedures: one.procedures,
    ...(one.feeCatalogue === undefined ? {} : { feeCatalogue: feesOf(one, one.feeCatalogue, scope) }),
    refundApprovalAbove: one.refundApprovalAbove,
  }
}

const feesOf = (one: z.infer<typeof tenant>, file: string, { path, folder, problems }: Scope): FeeCatalogue =>
  readFeeCatalogue(resolve(folder, file), {
    units: Object.keys(one.collectingUnits),
    report: (problem) => problems.push(`${path}.feeCatalogue: ${problem}`),
  })

/** A connection is named in the portal's notification URL, which carries no tenant: its name belongs to one tenant only. */
function sharedConnections(tenants: Readonly<Record<string, TenantConfig>>): string[] {
  const owners = new Map<string, string>()
  const problems: string[] = []
  for (const [id, { portals }] of Object.entries(tenants)) {
    for (const connection of Object.keys(portals)) {
      const owner = owners.get(connection)
      if (owner === undefined) owners.set(connection, id)
      else problems.push(`tenants.${id}.portals.${connection}: the name is taken by tenant ${owner}; choose another`)
    }
  }
  return problems
}

const wrong = (file: string, problems: readonly string[]): StartupError =>
  new StartupError(`CONFIG_FILE ${file} is wrong:\n  ${problems.join('\n  ')}`, {
    cure: 'Correct these keys; nothing was started.',
  })
