/** What the HTTP layer needs from the house. Use cases and ports only; `main/` puts them together. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock, Ids } from '#domain/clock.ts'
import type { Log } from '#domain/log.ts'
import type { ClientStore, IdempotencyStore } from '#domain/ports/stores.ts'
import type { Principal } from '#domain/principal.ts'
import type { Documents } from './documents.ts'
import type { RateLimitPolicy } from './rate-limit.ts'
import type { Readiness, UpstreamHealth, UseCases } from './use-cases.ts'

export interface AppDeps extends UseCases {
  /** Origin the outside knows us by, e.g. `http://127.0.0.1:8080`; no slash at the end. Problem pages live under it. */
  readonly publicUrl: string
  readonly clock: Clock
  readonly ids: Pick<Ids, 'next' | 'random'>
  readonly log: Log
  readonly metrics: { requestFinished(operation: string, status: number, durationMs: number): void }
  /** Throws `GatewayError('invalid_token')`. */
  readonly authenticate: (authorization: string | undefined) => Promise<Principal>
  readonly clients: Pick<ClientStore, 'find'>
  readonly idempotency: IdempotencyStore
  readonly tokenEndpoint: {
    /** Answers by itself, from the untouched request. */
    handler(request: IncomingMessage, response: ServerResponse): void | Promise<void>
    /** RFC 8414. */
    readonly metadata: object
    /** RFC 7517, for access tokens. */
    readonly jwks: () => object
  }
  /** RFC 7517, every evidence key there ever was. */
  readonly evidenceKeys: () => object
  /** Those that sign webhooks now, or soon. */
  readonly webhookKeys: () => object
  readonly upstreamHealth: (tenant: string) => readonly UpstreamHealth[]
  /** False when an upstream of the tenant is a simulator. */
  readonly livemode: (tenant: string) => boolean
  readonly readiness: () => Promise<Readiness>
  readonly rateLimit?: RateLimitPolicy
  /** Requests in progress beyond which new ones are refused before any work. */
  readonly maxInFlight?: number
}

/** What a route's handler is made with: the house, and what is said about the routes themselves. */
export interface RouteDeps extends AppDeps {
  readonly documents: Documents
}
