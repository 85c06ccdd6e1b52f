/** Environment and configuration read together: one failed start names every mistake of both, and starts nothing. */
import { readConfig, type Config } from '#config/config.ts'
import { configFileOf, readEnvironment, type Environment } from '#config/env.ts'
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
  try {
    readConfig(configFileOf(variables), variables['MODE'] === 'sandbox' ? 'sandbox' : 'production')
    return []
  } catch (error) {
    return error instanceof StartupError ? [error.message] : []
  }
}
