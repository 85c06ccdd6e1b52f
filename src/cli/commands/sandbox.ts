/** `sandbox`: the simulators alone, for testers whose gateway runs elsewhere. */
import type { Command } from 'commander'
import { onPort } from '#main/on-port.ts'
import type { CliContext } from '../context.ts'
import { untilStopped } from '../until-stopped.ts'

export function registerSandbox(program: Command, context: CliContext): void {
  program
    .command('sandbox')
    .description('run the simulators alone')
    .option(
      '--notify <url>',
      "the gateway's notification address, e.g. http://127.0.0.1:8080/notifications/payment-portal; PayGov reports to paygov beside it",
    )
    .action(async ({ notify }: { notify?: string }) => {
      const { sandboxPort } = context.environment()
      const { startSandbox } = await import('#sandbox/index.ts')
      await untilStopped(context, async () => {
        const sandbox = await onPort('SANDBOX_PORT', () =>
          startSandbox({ controlPort: sandboxPort, ...(notify === undefined ? {} : { notifyUrl: notify }) }),
        )
        const { notifyAt: _, close, ...facts } = sandbox
        context.out(JSON.stringify(facts, null, 2))
        return close
      })
    })
}
