/** A failed command ends with its cause and its cure; a stack only where neither is known. */
import { GatewayError, StartupError } from '#domain/errors.ts'
import type { CliContext } from './context.ts'

export function reportFailure(error: unknown, { say }: Pick<CliContext, 'say'>): void {
  if (error instanceof StartupError) {
    say(`error: ${error.message}`)
    say(`cure:  ${error.cure}`)
  } else if (error instanceof GatewayError) {
    say(`error: ${error.message} (${error.code})`)
  } else {
    say(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  }
}
