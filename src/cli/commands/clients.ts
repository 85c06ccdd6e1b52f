/** `clients add|list|disable`: who may ask for tokens. */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { createClientKeyPair, writeClientKeyFile } from '#auth/client-key-file.ts'
import { clientKeyFile } from '#auth/demo-client.ts'
import { acceptClient, RegistrationRefused, type NewClient } from '#auth/new-client.ts'
import { StartupError } from '#domain/errors.ts'
import type { ClientStore } from '#domain/ports/stores.ts'
import type { Client } from '#domain/principal.ts'
import { systemClock } from '#main/clock.ts'
import type { CliContext } from '../context.ts'

export function registerClients(program: Command, context: CliContext): void {
  const clients = program.command('clients').description('register, list and disable client systems')
  registerAdd(clients, context)
  registerList(clients, context)
  registerDisable(clients, context)
}

interface AddOptions {
  readonly tenant: string
  readonly name?: string
  readonly scope: string[]
  readonly returnOrigin?: string[]
  readonly jwks?: string
  readonly keyOut?: string
}

function registerAdd(clients: Command, { environment, withClients, out, say }: CliContext): void {
  clients
    .command('add <id>')
    .description('register a client; makes it a key pair unless --jwks brings its public keys')
    .requiredOption('--tenant <tenant>', 'the province or agency it belongs to')
    .requiredOption('--scope <scope...>', 'what it may ask for')
    .option('--name <name>', 'for people; default: its id')
    .option('--return-origin <origin...>', 'where payers may be sent back to, e.g. https://one-stop.example')
    .option('--jwks <file>', 'its public JWK Set')
    .option('--key-out <file>', 'where its new private key goes; default DATA_DIR/clients/<id>.jwk')
    .action(async (id: string, options: AddOptions) => {
      const { dataDir } = environment()
      await withClients(async (store) => {
        await refuseTakenId(store, id)
        const candidate = (jwks: unknown): NewClient => ({
          id,
          tenant: options.tenant,
          name: options.name ?? id,
          scopes: options.scope,
          returnOrigins: options.returnOrigin ?? [],
          jwks,
        })
        if (options.jwks !== undefined) {
          await store.add(accept(candidate(readJwks(options.jwks))))
        } else {
          await addWithNewKey(store, candidate, options.keyOut ?? clientKeyFile(dataDir, id))
          say(`private key: ${options.keyOut ?? clientKeyFile(dataDir, id)} (hand it over safely, keep no copy)`)
        }
        out(id)
      })
    })
}

/** Everything is judged before the key is written, so that a typing error leaves no key file behind. */
async function addWithNewKey(store: ClientStore, candidate: (jwks: unknown) => NewClient, file: string): Promise<void> {
  const pair = createClientKeyPair()
  const client = accept(candidate({ keys: [pair.publicJwk] }))
  writeClientKeyFile(file, pair)
  await store.add(client)
}

async function refuseTakenId(store: ClientStore, id: string): Promise<void> {
  if ((await store.find(id)) === undefined) return
  throw new StartupError(`a client ${id} exists already`, { cure: 'Choose another id; ids are never reused.' })
}

function accept(candidate: NewClient): Client {
  try {
    return acceptClient(candidate)
  } catch (error) {
    if (!(error instanceof RegistrationRefused)) throw error
    throw new StartupError(`the client cannot be registered:\n  ${error.problems.join('\n  ')}`, {
      cure: 'Correct these; nothing was registered.',
    })
  }
}

function readJwks(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new StartupError(`${file} is not a readable JSON file`, {
      cure: 'Name a JWK Set with the public keys of the client: {"keys":[…]}.',
      cause,
    })
  }
}

function registerList(clients: Command, { withClients, out }: CliContext): void {
  clients
    .command('list')
    .description('show the registered clients, one per line')
    .option('--tenant <tenant>', 'only those of one tenant')
    .action(async ({ tenant }: { tenant?: string }) => {
      for (const client of await withClients((store) => store.list(tenant))) {
        const { id, scopes, disabledAt } = client
        out(
          [id, client.tenant, disabledAt === undefined ? 'active' : `disabled ${disabledAt}`, scopes.join(' ')].join(
            '\t',
          ),
        )
      }
    })
}

function registerDisable(clients: Command, { withClients, say }: CliContext): void {
  clients
    .command('disable <id>')
    .description('refuse a client from now on; its tokens stop working within seconds')
    .action(async (id: string) => {
      const isKnown = await withClients((store) => store.disable(id, systemClock.nowMs()))
      if (!isKnown) throw new StartupError(`there is no active client ${id}`, { cure: '`clients list` shows all.' })
      say(`${id} is disabled`)
    })
}
