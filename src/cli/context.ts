/** What every command is given: the environment, where to print, and the doors into the gateway's stores. */
import type { Environment } from '#config/env.ts'
import type { ClientStore } from '#domain/ports/stores.ts'

export interface CliContext {
  /** Reads and checks the environment on first use; throws `StartupError`. */
  environment(): Environment
  /** Opens the database (the embedded one is started if it is not running) for the length of `use`. */
  withClients<T>(use: (clients: ClientStore) => Promise<T>): Promise<T>
  /** One line on standard output: the command's result, fit for a pipe. */
  out(line: string): void
  /** One line on standard error: everything said to a person. */
  say(line: string): void
}
