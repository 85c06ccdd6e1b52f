/** What every command is given: the environment, where to print, and the door into the register of clients. */
import { readEnvironment, type Environment } from '#config/env.ts'
import type { ClientStore } from '#domain/ports/stores.ts'
import { withClients } from '#main/clients.ts'

export interface CliContext {
  /** The environment as given, unread. */
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Reads and checks the environment; throws `StartupError`. */
  environment(): Environment
  /** Opens the database (the embedded one is started if it is not running) for the length of `use`. */
  withClients<T>(use: (clients: ClientStore) => Promise<T>): Promise<T>
  /** One line on standard output: the command's result, fit for a pipe. */
  out(line: string): void
  /** One line on standard error: everything said to a person. */
  say(line: string): void
  /** Whether a person sees standard error as it is written. */
  readonly isTerminal: boolean
  /** Draws a line of a terminal over the former one; an empty one clears it. */
  redraw(line: string): void
}

export function createCliContext(variables: Readonly<Record<string, string | undefined>>): CliContext {
  const environment = () => readEnvironment(variables)
  return {
    variables,
    environment,
    withClients: (use) => withClients(environment(), use),
    out: (line) => void process.stdout.write(`${line}\n`),
    say: (line) => void process.stderr.write(`${line}\n`),
    isTerminal: process.stderr.isTTY,
    // Back to the line's beginning, then clear what is left of it (ECMA-48 CR and EL).
    redraw: (line) => void process.stderr.write(`\r${line}\u001B[K`),
  }
}
