/**
 * The environment: flat names, one place. Nothing else reads `process.env`. `settings` is also what `lienthong config`
 * prints and what docs/reference/configuration.md is generated from.
 */
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { StartupError } from '#domain/errors.ts'

const port = z.coerce.number().int().min(0).max(65_535)
const origin = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''))

/** `http://127.0.0.1:9000, http://localhost:9001`: each an origin and nothing more. */
function originsIn(text: string, context: z.RefinementCtx): readonly string[] {
  const origins = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  for (const one of origins) {
    if (URL.canParse(one) && new URL(one).origin === one) continue
    context.addIssue({ code: 'custom', message: `${one} is not an origin such as http://127.0.0.1:9000` })
  }
  return origins
}

export interface Setting {
  readonly name: string
  readonly schema: z.ZodType
  readonly fallback: string | undefined
  readonly meaning: string
}

export const settings = [
  {
    name: 'MODE',
    schema: z.enum(['sandbox', 'production']),
    fallback: 'production',
    meaning: 'sandbox lets simulators and the demo client in; production refuses both',
  },
  { name: 'PORT', schema: port, fallback: '8080', meaning: 'the API' },
  { name: 'HOST', schema: z.string().min(1), fallback: '127.0.0.1', meaning: 'the address the API listens on' },
  { name: 'OPERATIONS_PORT', schema: port, fallback: '8081', meaning: '/metrics, on loopback only' },
  {
    name: 'SANDBOX_PORT',
    schema: port,
    fallback: '8090',
    meaning: "the simulators' page and control; the simulators take the next four ports",
  },
  {
    name: 'PUBLIC_URL',
    schema: origin,
    fallback: undefined,
    meaning: 'how clients reach the API: issuer of tokens and evidence; default http://127.0.0.1:PORT',
  },
  {
    name: 'DATA_DIR',
    schema: z.string().min(1),
    fallback: '.data',
    meaning: 'keys, secrets and, without DATABASE_URL, the embedded PostgreSQL',
  },
  {
    name: 'DATABASE_URL',
    // Not `z.url`: PostgreSQL's own form for a unix socket, postgresql://user:word@/name?host=/folder, is no WHATWG URL.
    schema: z.string().regex(/^postgres(ql)?:\/\/\S+$/, 'must begin with postgresql://'),
    fallback: undefined,
    meaning: 'a PostgreSQL 15 or newer shared by any number of gateways; default: an embedded one',
  },
  {
    name: 'CONFIG_FILE',
    schema: z.string().min(1),
    fallback: undefined,
    meaning: 'tenants and their upstreams, YAML; default DATA_DIR/gateway.yaml',
  },
  {
    name: 'WEBHOOK_ALLOW_ORIGINS',
    schema: z.string().transform(originsIn),
    fallback: '',
    meaning:
      'origins webhooks may go to although they are neither https nor public, separated by commas; MODE=sandbox only, e.g. http://127.0.0.1:9000',
  },
  {
    name: 'LOG_LEVEL',
    schema: z.enum(['error', 'warn', 'info', 'debug', 'silent']),
    fallback: 'info',
    meaning: 'the least severe log line that is written',
  },
] as const satisfies readonly Setting[]

export type Mode = 'sandbox' | 'production'

export interface Environment {
  readonly mode: Mode
  readonly port: number
  readonly host: string
  readonly operationsPort: number
  readonly sandboxPort: number
  readonly publicUrl: string
  /** Absolute. */
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  /** Absolute. */
  readonly configFile: string
  /** Empty in production. */
  readonly webhookAllowOrigins: readonly string[]
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug' | 'silent'
}

/** Reads the environment; names every wrong variable at once. An empty value counts as not set. Throws `StartupError`. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const values: Record<string, unknown> = {}
  const problems: string[] = []
  for (const { name, schema, fallback } of settings) {
    const given = variables[name] === '' ? undefined : variables[name]
    const text = given ?? fallback
    if (text === undefined) continue
    const parsed = schema.safeParse(text)
    if (parsed.success) values[name] = parsed.data
    else problems.push(`${name}: ${parsed.error.issues.map(({ message }) => message).join('; ')}`)
  }
  const publicUrl = (values['PUBLIC_URL'] as string | undefined) ?? `http://127.0.0.1:${String(values['PORT'])}`
  if (values['MODE'] === 'production' && values['PUBLIC_URL'] !== undefined && !publicUrl.startsWith('https://')) {
    problems.push('PUBLIC_URL: must be https in production')
  }
  const webhookAllowOrigins = (values['WEBHOOK_ALLOW_ORIGINS'] as readonly string[] | undefined) ?? []
  if (values['MODE'] === 'production' && webhookAllowOrigins.length > 0) {
    problems.push('WEBHOOK_ALLOW_ORIGINS: only with MODE=sandbox; in production webhooks go to public https addresses')
  }
  if (problems.length > 0) {
    throw new StartupError(`the environment is wrong:\n  ${problems.join('\n  ')}`, {
      cure: 'Correct or unset these variables; `lienthong config` lists all of them with their defaults.',
    })
  }
  const dataDir = resolve(values['DATA_DIR'] as string)
  return {
    mode: values['MODE'] as Mode,
    port: values['PORT'] as number,
    host: values['HOST'] as string,
    operationsPort: values['OPERATIONS_PORT'] as number,
    sandboxPort: values['SANDBOX_PORT'] as number,
    publicUrl,
    dataDir,
    databaseUrl: values['DATABASE_URL'] as string | undefined,
    configFile: configFileOf(variables),
    webhookAllowOrigins,
    logLevel: values['LOG_LEVEL'] as Environment['logLevel'],
  }
}

/** Where the configuration is, absolute; known also of an environment that is wrong otherwise. */
export const configFileOf = (variables: Readonly<Record<string, string | undefined>>): string =>
  resolve(variables['CONFIG_FILE'] || join(variables['DATA_DIR'] || '.data', 'gateway.yaml'))
