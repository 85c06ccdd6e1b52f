/** `start`: everything at once for trying it out: the simulators, a PostgreSQL of its own, and the gateway in MODE=sandbox. */
import type { Command } from 'commander'
import { readConfig } from '#config/config.ts'
import { readEnvironment, type Environment } from '#config/env.ts'
import { StartupError } from '#domain/errors.ts'
import { onPort } from '#main/on-port.ts'
import { awaitPredecessor } from '#main/predecessor.ts'
import type { Sandbox } from '#sandbox/index.ts'
import type { CliContext } from '../context.ts'
import { requestDemoToken } from '../request-token.ts'
import { writeSandboxConfiguration } from '../sandbox-configuration.ts'
import { untilStopped } from '../until-stopped.ts'

export function registerStart(program: Command, context: CliContext): void {
  program
    .command('start')
    .description('run everything for trying it out: simulators, database and gateway')
    .option('--check-fees', 'refuse payments that do not agree with the demo fee catalogue')
    .action(({ checkFees = false }: { checkFees?: boolean }) =>
      untilStopped(context, () => startHouse(context, checkFees)),
    )
}

/** Resolves, once everything is ready and said, with what stops all of it; rejects with nothing left running. */
async function startHouse({ variables, out, say }: CliContext, isCheckingFees: boolean): Promise<() => Promise<void>> {
  const environment = sandboxEnvironment(variables)
  const { configFile, dataDir, mode, publicUrl, sandboxPort } = environment
  // Loaded on demand: the other commands start faster, and a production image runs without simulators.
  const [{ startSandbox }, { startGateway }] = await Promise.all([
    import('#sandbox/index.ts'),
    import('#main/gateway.ts'),
  ])
  await awaitPredecessor(dataDir)
  const stops: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    const last = stops.pop()
    if (last === undefined) return
    try {
      await last()
    } finally {
      await stop()
    }
  }
  try {
    const sandbox = await onPort('SANDBOX_PORT', () =>
      startSandbox({ controlPort: sandboxPort, notifyUrl: `${publicUrl}/notifications/payment-portal` }),
    )
    stops.push(sandbox.close)
    writeSandboxConfiguration({ configFile, dataDir, sandbox, isCheckingFees })
    const gateway = await startGateway({ environment, config: readConfig(configFile, mode) })
    stops.push(gateway.close)
    for (const line of welcome(environment, gateway.url, sandbox, await requestDemoToken(environment))) out(line)
    return () => {
      say('stopping')
      return stop()
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function sandboxEnvironment(variables: CliContext['variables']): Environment {
  const mode = variables['MODE'] === undefined || variables['MODE'] === '' ? 'sandbox' : variables['MODE']
  const environment = readEnvironment({ ...variables, MODE: mode })
  if (environment.mode === 'sandbox') return environment
  throw new StartupError('`npm start` runs simulators and a demo client, which MODE=production refuses', {
    cure: 'Unset MODE, or run `npm run -s cli -- serve` for production.',
  })
}

/** What a newcomer needs next, on one screen. */
function welcome({ configFile, dataDir }: Environment, url: string, sandbox: Sandbox, token: string): string[] {
  return [
    '',
    '  Liên Thông is ready.',
    '',
    `  API          ${url}`,
    `  docs         ${url}/docs`,
    `  sandbox      ${sandbox.controlUrl}   personas, faults, violations, clock`,
    `  population   ${sandbox.populationUrl}`,
    `  registry     ${sandbox.registryUrl}`,
    `  portal       ${sandbox.portalUrl}`,
    `  PayGov       ${sandbox.payGovUrl}`,
    `  config       ${configFile}`,
    `  data         ${dataDir}`,
    '',
    '  Verify a citizen (the token is good for five minutes):',
    '',
    `curl -s ${url}/v1/identity-verifications \\`,
    `  -H 'Authorization: Bearer ${token}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"subject":{"personalId":"015185000011","fullName":"Nguyễn Thị Hoà","dateOfBirth":"1985-03-07","gender":"female"},"purpose":{"procedureCode":"2.000635","dossierCode":"H38.17-261123-0007","officerId":"015080000123"}}'`,
    '',
    '  npm run demo walks the three journeys. Ctrl-C stops everything.',
    '',
  ]
}
