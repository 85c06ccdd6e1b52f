/** Environment and configuration read together: one failed start names every mistake of both, and starts nothing. */
import { resolve } from 'node:path'
import { readConfig, type Config } from '#config/config.ts'
import { readEnvironment, type Environment } from '#config/env.ts'
import { StartupError } from '#domain/errors.ts'

export interface Settings {
  readonly environment: Environment
  readonly config: Config
}

export function readSettings(variables: Readonly<Record<string, string | undefined>>): Settings {
  let environment: Environment
  try {
    environment = readEnvironment(variables)
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    throw new StartupError([error.message, ...configMistakes(variables)].join('\n'), { cure: error.cure })
  }
  return { environment, config: readConfig(environment.configFile, environment.mode) }
}

/** The mistakes of the configuration file, looked for although the environment is already known to be wrong. */
function configMistakes(variables: Readonly<Record<string, string | undefined>>): string[] {
  // An empty value counts as not set, as in the environment itself.
  const path = resolve(variables['CONFIG_FILE'] || `${variables['DATA_DIR'] || '.data'}/gateway.yaml`)
  try {
    readConfig(path, variables['MODE'] === 'sandbox' ? 'sandbox' : 'production')
    return []
  } catch (error) {
    return error instanceof StartupError ? [error.message] : []
  }
}
