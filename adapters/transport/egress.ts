/**
 * Requests to addresses that strangers named. The name is looked up once for each connection, every address it leads to must be
 * public, and the connection goes to the very address that was checked, under the name for TLS: an answer that changes
 * between the look and the connection changes nothing. No redirects, no proxy, no more of an answer than its head.
 */
import { retryAfterOf } from './http-answer.ts'
import { isPublicAddress } from './public-address.ts'
import { some } from './some.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'
import { lookup } from 'node:dns/promises'
import { Pool, buildConnector } from 'undici'

export interface EgressRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type EgressAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly kind: 'not_allowed' }
  | { readonly kind: 'not_sent'; readonly reason: 'address_unknown' | 'no_connection' }
  | { readonly kind: 'unknown'; readonly reason: 'timeout' | 'connection_lost' }

export interface Egress {
  /** Never rejects; ends at the latest when the call's signal fires. */
  post(request: EgressRequest, call: CallContext): Promise<EgressAnswer>
  close(): Promise<void>
}

export interface EgressOptions {
  readonly clock: Clock
  /** Origins whose addresses are not asked about. */
  readonly allowedOrigins: ReadonlySet<string>
  /** All addresses of a name; the system's resolver unless told. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>
  /** Connects to an address; undici's own unless told. */
  readonly connect?: buildConnector.connector
}

/** To one origin at once. */
const maxConnections = 32
/** Origins whose connections are kept; the one not used for the longest gives way. */
const maxOrigins = 256
const idleConnectionMs = 4_000
/** More of an answer is not read, and the connection is not kept for it. */
const maxReadBytes = 64 * 1024

/** Why there is no connection. */
class Unconnected extends Error {
  readonly answer: EgressAnswer

  constructor(answer: EgressAnswer, options?: { cause: unknown }) {
    super('no connection was made', options)
    this.answer = answer
  }
}

export function createEgress({
  clock,
  allowedOrigins,
  resolve = addressesOf,
  connect = buildConnector({ timeout: 5_000 }),
}: EgressOptions): Egress {
  const pools = new Map<string, Pool>()
  const addressOf = (origin: string, hostname: string): Promise<string> =>
    allowedOrigins.has(origin) ? Promise.resolve(hostname) : publicAddressOf(resolve, hostname)

  const poolOf = (origin: string): Pool => {
    const pool = pools.get(origin) ?? createPool(origin)
    // The last one used stands last.
    pools.delete(origin)
    pools.set(origin, pool)
    const [oldest] = pools
    if (pools.size > maxOrigins && oldest !== undefined) {
      pools.delete(oldest[0])
      void oldest[1].close()
    }
    return pool
  }

  const createPool = (origin: string): Pool =>
    new Pool(origin, {
      connections: maxConnections,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: idleConnectionMs,
      connect: (options, callback) => void dial(origin, options, callback),
    })

  const dial = async (
    origin: string,
    options: buildConnector.Options,
    callback: buildConnector.Callback,
  ): Promise<void> => {
    let hostname: string
    try {
      hostname = await addressOf(origin, options.hostname)
    } catch (error) {
      return callback(error as Error, null)
    }
    // The name stays in `host`, which TLS asks for and checks the certificate by.
    connect({ ...options, hostname }, asUnconnected(callback))
  }

  return {
    async post({ url, headers, body }, call) {
      const { origin, pathname, search } = new URL(url)
      try {
        const answer = await poolOf(origin).request({
          path: pathname + search,
          method: 'POST',
          headers: { ...headers, 'user-agent': 'lienthong-webhooks', 'accept-encoding': 'identity' },
          body,
          signal: call.signal,
        })
        // Whatever it still says, it has answered.
        await answer.body.dump({ limit: maxReadBytes, signal: call.signal }).catch(() => undefined)
        const status = answer.statusCode
        return { kind: 'answered', status, ...some('retryAfterSeconds', retryAfterOf(answer, clock.nowMs())) }
      } catch (error) {
        if (error instanceof Unconnected) return error.answer
        return { kind: 'unknown', reason: call.signal.aborted ? 'timeout' : 'connection_lost' }
      }
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

const addressesOf = async (hostname: string): Promise<readonly string[]> =>
  (await lookup(hostname, { all: true, order: 'ipv4first' })).map(({ address }) => address)

/** A name with one inner address among public ones is refused whole: which of them is dialled would be chance. */
async function publicAddressOf(resolve: NonNullable<EgressOptions['resolve']>, hostname: string): Promise<string> {
  const addresses = await resolve(hostname).catch((cause: unknown) => {
    throw new Unconnected({ kind: 'not_sent', reason: 'address_unknown' }, { cause })
  })
  const [first] = addresses
  if (first === undefined) throw new Unconnected({ kind: 'not_sent', reason: 'address_unknown' })
  if (!addresses.every(isPublicAddress)) throw new Unconnected({ kind: 'not_allowed' })
  return first
}

/** Refused, no route, no answer, a certificate for somebody else: nothing of the message has left. */
const asUnconnected =
  (callback: buildConnector.Callback): buildConnector.Callback =>
  (...[error, socket]) =>
    error === null
      ? callback(null, socket)
      : callback(new Unconnected({ kind: 'not_sent', reason: 'no_connection' }, { cause: error }), null)
