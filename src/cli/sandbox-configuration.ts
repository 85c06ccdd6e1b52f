/**
 * The `CONFIG_FILE` of a sandbox: one tenant, lao-cai, whose upstreams are the simulators. Written anew at every
 * start, because ports may have moved; a file somebody else wrote is never touched.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { stringify } from 'yaml'
import { StartupError } from '#domain/errors.ts'

const mark =
  '# Written by `npm start` for the sandbox, and written anew at every start. Copy it under another name to keep changes.'

const catalogueMark =
  '# An example of a fee catalogue. `npm start -- --check-fees` checks payments against it; elsewhere the key feeCatalogue of a tenant does.'

/** The fee of the first steps in its present and its former form, one of the other unit, and a fine. */
const demoFees = [
  {
    code: 'P01',
    name: 'Phí cấp bản sao trích lục hộ tịch',
    kind: 'phi',
    amount: 40_000,
    validFrom: '2020-01-01',
    validUntil: '2023-12-31',
    collectingUnit: 'H38.17',
  },
  {
    code: 'P01',
    name: 'Phí cấp bản sao trích lục hộ tịch',
    kind: 'phi',
    amount: 50_000,
    validFrom: '2024-01-01',
    collectingUnit: 'H38.17',
  },
  {
    code: 'LP02',
    name: 'Lệ phí đăng ký hộ kinh doanh',
    kind: 'le_phi',
    amount: 100_000,
    validFrom: '2024-01-01',
    collectingUnit: 'H38.29',
  },
  {
    code: 'F01',
    name: 'Tiền phạt vi phạm hành chính về hộ tịch',
    kind: 'fine',
    amount: 1_500_000,
    validFrom: '2024-01-01',
    collectingUnit: 'H38.17',
  },
]

/** Where the simulators are and what they accept, as `startSandbox` says. */
export interface SandboxUpstreams {
  readonly populationUrl: string
  readonly registryUrl: string
  readonly registryTokenUrl: string
  readonly portalUrl: string
  readonly payGovUrl: string
  readonly payGovTokenUrl: string
  readonly credentials: {
    readonly population: { readonly user: string; readonly secret: string; readonly hashUrl: string }
    readonly businessRegistry: { readonly clientId: string; readonly clientSecret: string }
    readonly paymentPortal: { readonly partnerCode: string; readonly secret: string }
    readonly payGov: {
      readonly partnerCode: string
      readonly accessKey: string
      readonly secret: string
      readonly lgsp: { readonly clientId: string; readonly clientSecret: string; readonly accessToken: string }
    }
  }
}

export interface SandboxConfigurationOptions {
  readonly configFile: string
  readonly dataDir: string
  readonly sandbox: SandboxUpstreams
  /** Overrides of the deadlines, for programs that cannot wait ten seconds. */
  readonly deadlines?: Readonly<Record<string, number>>
  /** Orders are checked against the demo catalogue. Otherwise it lies there as an example, and any fee may be tried out. */
  readonly isCheckingFees?: boolean
}

/** Writes the file and the secrets it names. Throws `StartupError` when the file is not ours to write, or cannot be. */
export function writeSandboxConfiguration(options: SandboxConfigurationOptions): void {
  const { configFile, dataDir } = options
  refuseForeignFile(configFile)
  try {
    writeFiles(options)
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    throw new StartupError(`${path ?? dataDir} cannot be written: ${code}`, {
      cure: 'Make DATA_DIR (and the folder of CONFIG_FILE) writable for this user, or set them to other places.',
      cause,
    })
  }
}

function writeFiles({ configFile, dataDir, sandbox, deadlines, isCheckingFees }: SandboxConfigurationOptions): void {
  const { population, businessRegistry, paymentPortal, payGov } = sandbox.credentials
  const folder = join(dataDir, 'secrets')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  mkdirSync(dirname(configFile), { recursive: true })
  const secretFile = (name: string, secret: string): string => {
    const file = join(folder, name)
    replaceFile(file, `${secret}\n`)
    return relative(dirname(configFile), file)
  }
  const catalogueFile = join(dataDir, 'fee-catalogue.yaml')
  replaceFile(catalogueFile, `${catalogueMark}\n${stringify(demoFees)}`)
  const configuration = {
    ...(deadlines === undefined ? {} : { deadlines }),
    tenants: {
      'lao-cai': {
        population: {
          dialect: 'dancu037',
          url: sandbox.populationUrl,
          hashUrl: population.hashUrl,
          user: population.user,
          secretFile: secretFile('sandbox-population', population.secret),
        },
        businessRegistry: {
          dialect: 'enterprise-v1',
          url: sandbox.registryUrl,
          tokenUrl: sandbox.registryTokenUrl,
          clientId: businessRegistry.clientId,
          secretFile: secretFile('sandbox-business-registry', businessRegistry.clientSecret),
        },
        portals: {
          'payment-portal': {
            dialect: 'pp-1.0.6',
            url: sandbox.portalUrl,
            partnerCode: paymentPortal.partnerCode,
            secretFile: secretFile('sandbox-payment-portal', paymentPortal.secret),
          },
          paygov: {
            dialect: 'paygov',
            url: sandbox.payGovUrl,
            partnerCode: payGov.partnerCode,
            accessKey: payGov.accessKey,
            secretFile: secretFile('sandbox-paygov', payGov.secret),
            lgsp: {
              tokenUrl: sandbox.payGovTokenUrl,
              clientId: payGov.lgsp.clientId,
              secretFile: secretFile('sandbox-lgsp', payGov.lgsp.clientSecret),
              accessTokenFile: secretFile('sandbox-lgsp-access-token', payGov.lgsp.accessToken),
            },
          },
        },
        collectingUnits: {
          'H38.17': {
            portal: 'payment-portal',
            agencyCode: '000.00.17.H38',
            name: 'Sở Tư pháp tỉnh Lào Cai',
            ip: '10.38.17.1',
            beneficiary: { account: '9900000000017', bank: '990000', name: 'SO TU PHAP LAO CAI' },
          },
          'H38.29': {
            portal: 'paygov',
            agencyCode: '000.00.29.H38',
            name: 'Trung tâm Phục vụ hành chính công tỉnh Lào Cai',
            ip: '10.38.29.1',
            beneficiary: { account: '9900000000029', bank: '990000', name: 'TT PHUC VU HANH CHINH CONG LAO CAI' },
          },
        },
        ...(isCheckingFees === true ? { feeCatalogue: relative(dirname(configFile), catalogueFile) } : {}),
        procedures: {
          '2.000635': {
            name: 'Cấp bản sao trích lục hộ tịch',
            attributes: ['fullName', 'dateOfBirth', 'gender', 'permanentAddress'],
          },
        },
      },
    },
  }
  replaceFile(configFile, `${mark}\n${stringify(configuration)}`)
}

function refuseForeignFile(file: string): void {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return
  }
  if (text === '' || text.startsWith(mark)) return
  throw new StartupError(`CONFIG_FILE ${file} was not written by \`npm start\`, so it is left alone`, {
    cure: 'Unset CONFIG_FILE to let the sandbox write its own, or run `npm run -s cli -- serve` with yours.',
  })
}

/** Whole or not at all: a crash leaves the old file. */
function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
