/** The client of the demonstration: it exists only in MODE=sandbox, may do everything, and its key lies on this disk. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { StartupError } from '#domain/errors.ts'
import type { ClientStore } from '#domain/ports/stores.ts'
import { scopes } from '#domain/principal.ts'
import { createClientKeyPair, readClientKeyFile, writeClientKeyFile, type ClientKey } from './client-key-file.ts'
import { acceptClient } from './new-client.ts'

export const demoClientId = 'demo-one-stop'
const demoTenant = 'lao-cai'

/** Where a client's private key lies by default, for commands run beside the gateway. */
export const clientKeyFile = (dataDir: string, clientId: string): string => join(dataDir, 'clients', `${clientId}.jwk`)

/**
 * Registers the demo client unless it is registered already, and makes sure its key file is the registered one.
 * Call it in MODE=sandbox only. Throws `StartupError` when key file and registration do not belong together.
 */
export async function ensureDemoClient({
  clients,
  dataDir,
}: {
  readonly clients: Pick<ClientStore, 'find' | 'add'>
  readonly dataDir: string
}): Promise<ClientKey> {
  const file = clientKeyFile(dataDir, demoClientId)
  const known = await clients.find(demoClientId)
  // The key first, then its registration: a start that died in between finds the key and goes on.
  if (known === undefined) {
    if (!existsSync(file)) writeClientKeyFile(file, createClientKeyPair())
    const key = readClientKeyFile(file)
    await clients.add(demoClient(key))
    return key
  }
  const key = readClientKeyFile(file)
  if (known.jwks.keys.some((registered) => registered['kid'] === key.kid)) return key
  throw new StartupError(`${file} is not the key the demo client is registered with`, {
    cure: 'Restore that file, or begin anew with an empty DATA_DIR (and an empty database, if DATABASE_URL is set).',
  })
}

const demoClient = (key: ClientKey) =>
  acceptClient({
    id: demoClientId,
    tenant: demoTenant,
    name: 'Demo one-stop system',
    scopes,
    returnOrigins: ['https://one-stop.example', 'http://127.0.0.1:*', 'http://localhost:*', 'http://[::1]:*'],
    jwks: { keys: [key.publicJwk] },
  })
