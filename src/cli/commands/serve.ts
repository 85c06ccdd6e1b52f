/** `serve`: the gateway alone, from CONFIG_FILE. What a province runs. */
import type { Command } from 'commander'
import { readSettings } from '#main/settings.ts'
import type { CliContext } from '../context.ts'
import { untilStopped } from '../until-stopped.ts'

export function registerServe(program: Command, { variables, say }: CliContext): void {
  program
    .command('serve')
    .description('run the gateway with the upstreams of CONFIG_FILE')
    .action(async () => {
      const settings = readSettings(variables)
      // Loaded when it is known that it can be started: a wrong configuration is told at once.
      const { startGateway } = await import('#main/gateway.ts')
      const gateway = await startGateway(settings)
      say(`listening on ${gateway.url}`)
      await untilStopped(gateway.close)
    })
}
