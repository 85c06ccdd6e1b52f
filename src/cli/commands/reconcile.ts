/** `reconcile`: compares one day with the portal's settlement file, and says in a table what was found. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import { clientKeyFile, demoClientId } from '#auth/demo-client.ts'
import { StartupError } from '#domain/errors.ts'
import type { CliContext } from '../context.ts'
import { callsOf, type GatewayCalls } from '../gateway-calls.ts'
import { isClean, progressLine, reportLines, type ReportedReconciliation } from '../reconciliation-report.ts'
import { requestToken } from '../request-token.ts'

interface ReconcileOptions {
  readonly connection: string
  readonly client: string
  readonly key?: string
}

const lookEveryMs = 500
/** Clean: 0. Something is left for people, or nothing could be compared: 2. The command itself failed: 1. */
const somethingIsLeft = 2

export function registerReconcile(program: Command, { environment, out, say, isTerminal, redraw }: CliContext): void {
  program
    .command('reconcile <date>')
    .description(
      'compare a day (YYYY-MM-DD) with the settlement file of the payment portal; exit code 2 when cases are left',
    )
    .option('--connection <name>', 'the portal account', 'payment-portal')
    .option('--client <id>', 'the registered client to act as', demoClientId)
    .option('--key <file>', 'its private JWK; default DATA_DIR/clients/<id>.jwk')
    .action(async (date: string, { connection, client, key }: ReconcileOptions) => {
      refuseOddDate(date)
      const { publicUrl, dataDir } = environment()
      const keyFile = key ?? clientKeyFile(dataDir, client)
      const scope = 'reconciliation:run reconciliation:read'
      const calls = callsOf(publicUrl, await requestToken({ publicUrl, clientId: client, keyFile, scope }))
      const begun = await calls.post<ReportedReconciliation>('/v1/reconciliations', { connection, date })
      const show = isTerminal ? redraw : () => undefined
      if (!isTerminal) say(`comparing ${connection} ${date} (${begun.id})`)
      const run = await untilDone(calls, begun, (seen) => show(progressLine(seen)))
      show('')
      for (const line of reportLines(run)) out(line)
      if (!isClean(run)) process.exitCode = somethingIsLeft
    })
}

async function untilDone(
  calls: GatewayCalls,
  begun: ReportedReconciliation,
  show: (seen: ReportedReconciliation) => void,
): Promise<ReportedReconciliation> {
  let run = begun
  while (run.state === 'running') {
    show(run)
    await pause(lookEveryMs)
    run = await calls.get<ReportedReconciliation>(`/v1/reconciliations/${begun.id}`)
  }
  return run
}

function refuseOddDate(date: string): void {
  if (/^\d{4}-\d{2}-\d{2}$/.test(date)) return
  throw new StartupError(`${date} is no date`, { cure: 'Write it as YYYY-MM-DD, e.g. 2026-11-22.' })
}
