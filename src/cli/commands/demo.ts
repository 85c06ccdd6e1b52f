/** `demo`: walks the three journeys over HTTP against what `npm start` started, and tells the story of each. */
import type { Command } from 'commander'
import { businessJourney } from '../demo/business-journey.ts'
import { citizenJourney } from '../demo/citizen-journey.ts'
import { feeJourney } from '../demo/fee-journey.ts'
import { createStage } from '../demo/stage.ts'
import { requestDemoToken } from '../request-token.ts'
import type { CliContext } from '../context.ts'

export function registerDemo(program: Command, { environment, out, variables }: CliContext): void {
  program
    .command('demo')
    .description('walk the three journeys against what `npm start` started')
    .action(async () => {
      const settings = environment()
      const stage = createStage({
        apiUrl: settings.publicUrl,
        sandboxUrl: `http://127.0.0.1:${settings.sandboxPort}`,
        token: await requestDemoToken(settings),
        isColoured: process.stdout.isTTY && variables['NO_COLOR'] === undefined,
        out,
      })
      await citizenJourney(stage)
      await businessJourney(stage)
      await feeJourney(stage)
      stage.curtain()
    })
}
