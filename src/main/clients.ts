/** The register of clients, for commands. */
import type { Environment } from '#config/env.ts'
import type { ClientStore } from '#domain/ports/stores.ts'
import { createClientStore } from '#store/client-store.ts'
import { withStorage } from './database.ts'
import { quietLog } from './quiet-log.ts'

/** Opens the database (the embedded one is started if it is not running) for the length of `use`. */
export const withClients = <T>(environment: Environment, use: (clients: ClientStore) => Promise<T>): Promise<T> =>
  withStorage(environment, quietLog, ({ database }) => use(createClientStore(database)))
