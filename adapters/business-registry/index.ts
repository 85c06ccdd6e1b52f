/** The national business registry, dialect enterprise-v1, behind the port `BusinessRegistry`. */
import { createAccessTokens } from '#adapters/transport/access-token.ts'
import { createRegistryClient } from './client.ts'
import { findBusiness } from './find-business.ts'
import { createHttp } from '#adapters/transport/http.ts'
import type { Clock } from '#domain/clock.ts'
import type { BusinessRegistry } from '#domain/ports/business-registry.ts'

export interface BusinessRegistryOptions {
  readonly dialect: 'enterprise-v1'
  /** The whole address of `chiTietDoanhNghiep`, without its query. */
  readonly url: string
  readonly tokenUrl: string
  readonly clientId: string
  readonly secret: string
  readonly clock: Clock
}

export type BusinessRegistryAdapter = BusinessRegistry & {
  /** Ends all connections; calls in flight fail. */
  close(): Promise<void>
}

export function createBusinessRegistryAdapter(options: BusinessRegistryOptions): BusinessRegistryAdapter {
  const { clock, url } = options
  const http = createHttp({ clock })
  const tokens = createAccessTokens({ ...options, http })
  const client = createRegistryClient({ http, url, tokens, clock })
  return {
    findBusiness: (code, call) => findBusiness(client, code, call),
    close: () => http.close(),
  }
}
