/** `token`: an access token for a registered client, and nothing else on standard output. */
import type { Command } from 'commander'
import { clientKeyFile } from '#auth/demo-client.ts'
import type { CliContext } from '../context.ts'
import { requestToken } from '../request-token.ts'

export function registerToken(program: Command, { environment, out }: CliContext): void {
  program
    .command('token')
    .description('sign an assertion, ask the token endpoint of PUBLIC_URL, and print the token')
    .requiredOption('--client <id>', 'the registered client')
    .option('--key <file>', 'its private JWK; default DATA_DIR/clients/<id>.jwk')
    .option('--scope <scope...>', 'scopes to ask for; default: all that are granted')
    .action(async ({ client, key, scope }: { client: string; key?: string; scope?: string[] }) => {
      const { publicUrl, dataDir } = environment()
      const question = { publicUrl, clientId: client, keyFile: key ?? clientKeyFile(dataDir, client) }
      out(await requestToken({ ...question, ...(scope === undefined ? {} : { scope: scope.join(' ') }) }))
    })
}
