/** The national population database, service 037, in one of its dialects, behind the port `PopulationRegister`. */
import { createPopulationClient } from './client.ts'
import { confirmPerson } from './confirm-person.ts'
import { dancu037 } from './dancu037/index.ts'
import { findPerson } from './find-person.ts'
import { qcvn109 } from './qcvn109/index.ts'
import { createHttp } from '#adapters/transport/http.ts'
import { loadSoapContract } from '#adapters/transport/soap.ts'
import type { Clock } from '#domain/clock.ts'
import type { PopulationRegister } from '#domain/ports/population-register.ts'
import { fileURLToPath } from 'node:url'

export interface PopulationOptions {
  readonly dialect: 'dancu037' | 'qcvn109'
  /** The address called: the local security server, a provincial platform, or the simulator. */
  readonly url: string
  /** The address the provider registered, which the password covers. */
  readonly hashUrl: string
  readonly user: string
  /** Without a line end. */
  readonly secret: string
  readonly clock: Clock
}

export type PopulationAdapter = PopulationRegister & {
  /** Resolves once the WSDL is read; rejects when it cannot be. Calls wait for it by themselves. */
  ready(): Promise<void>
  /** Ends all connections; calls in flight fail. */
  close(): Promise<void>
}

const dialects = { dancu037, qcvn109 } as const

export function createPopulationAdapter(options: PopulationOptions): PopulationAdapter {
  const { clock, user, secret, hashUrl, url } = options
  const dialect = dialects[options.dialect]
  const http = createHttp({ clock })
  const contract = loadSoapContract({ http, url, wsdl: contractFile(dialect.wsdl) })
  // Without this an unreadable WSDL would end the process before anybody awaits it.
  contract.catch(() => undefined)
  const client = createPopulationClient({
    dialect: dialect.name,
    contract,
    credentials: { user, secret, hashUrl },
    clock,
  })
  return {
    findPerson: (query, call) => findPerson(client, dialect, query, call),
    confirmPerson: (query, call) => confirmPerson(client, query, call),
    async ready() {
      await contract
    },
    close: () => http.close(),
  }
}

/** The WSDLs lie in the repository and in the package; nothing is fetched. */
const contractFile = (name: string): string =>
  fileURLToPath(new URL(`../../contracts/population/${name}`, import.meta.url))
