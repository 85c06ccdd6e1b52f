/** `serve`: the gateway alone, from CONFIG_FILE. What a province runs. */
import type { Command } from 'commander'
import { readSettings } from '#main/settings.ts'
import type { CliContext } from '../context.ts'
import { untilStopped } from '../until-stopped.ts'

export function registerServe(program: Command, context: CliContext): void {
  program
    .command('serve')
    .description('run the gateway with the upstreams of CONFIG_FILE')
    .action(async () => {
      const settings = readSettings(context.variables)
      // Loaded when it is known that it can be started: a wrong configuration is told at once.
      const { startGateway } = await import('#main/gateway.ts')
      await untilStopped(context, async () => {
        const gateway = await startGateway(settings)
        context.say(`listening on ${gateway.url}`)
        return gateway.close
      })
    })
}
