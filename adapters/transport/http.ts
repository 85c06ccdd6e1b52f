/**
 * HTTP as every adapter speaks it: axios in front, an undici pool per configured origin behind it (axios with its own
 * adapter costs 350 µs a call, this 60). No redirects, no proxy from the environment, no compression, 2 MiB per answer,
 * two seconds to connect, and never a moment beyond the call's deadline.
 */
import { download } from './download.ts'
import { Exchange } from './exchange.ts'
import { trouble, type CallSite } from './fate.ts'
import type { HttpAnswer } from './http-answer.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'
import { Axios, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios'
import type { Socket } from 'node:net'
import { Pool, buildConnector } from 'undici'

/** Where requests go: from the configuration, never from an upstream's answer. */
export interface HttpTarget {
  readonly origin: string
  readonly path: string
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly target: HttpTarget
  /** Appended to the target's path as it is; begins with `?`. */
  readonly query?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Http {
  /** Resolves with any complete answer, whatever its status; rejects with an `UpstreamError`. */
  send(request: HttpRequest, site: CallSite, call: CallContext): Promise<HttpAnswer>
  close(): Promise<void>
}

export interface Downloads {
  /** For answers too large to hold: gives each piece of a 200 to `accept`, in order, and resolves with the status. */
  download(
    request: Pick<HttpRequest, 'target' | 'query' | 'headers'>,
    accept: (chunk: Uint8Array) => Promise<void>,
    site: CallSite,
    call: CallContext,
  ): Promise<Omit<HttpAnswer, 'body'>>
}

const connectTimeoutMs = 2_000
/** As many as the bulkhead of one upstream ever lets through. */
const maxConnections = 64
/** Shorter than the idle time of common servers (5 s), unless the server says otherwise: an idle close is a lost call. */
const idleConnectionMs = 4_000

export function createHttp({ clock }: { readonly clock: Clock }): Http & Downloads {
  const pools = new Map<string, Pool>()
  const poolOf = (origin: string) => {
    const existing = pools.get(origin)
    if (existing !== undefined) return existing
    const pool = createPool(origin, clock)
    pools.set(origin, pool)
    return pool
  }
  const axios = new Axios({
    adapter: (config) => exchangeOver(poolOf(config.baseURL ?? ''), config),
    // Not used by our adapter; they stand in case another one ever takes its place.
    proxy: false,
    maxRedirects: 0,
    transformRequest: [],
    transformResponse: [],
    validateStatus: null,
  })
  return {
    async send(request, site, call) {
      if (call.deadlineMs <= clock.monotonicMs()) {
        throw trouble('upstream_timeout', 'the deadline had passed before sending', 'not_sent', site)
      }
      const config: ExchangeConfig = {
        method: request.method,
        baseURL: request.target.origin,
        url: request.query === undefined ? request.target.path : request.target.path + request.query,
        data: request.body,
        headersAsSent: new SentHeaders(request, call),
        exchange: new Exchange(site, call, clock),
      }
      const { data } = await axios.request<HttpAnswer>(config)
      return data
    },
    download: ({ target, query = '', headers }, accept, site, call) =>
      download(poolOf(target.origin), { path: target.path + query, headers }, accept, { site, call, clock }),
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

export function targetOf(url: string): HttpTarget {
  const { origin, pathname, search } = new URL(url)
  return { origin, path: pathname + search }
}

/** What is ours travels past axios as instances, which it hands on untouched; of headers it makes five objects (10 µs). */
interface Ours {
  readonly exchange: Exchange
  readonly headersAsSent: SentHeaders
}
type ExchangeConfig = Parameters<Axios['request']>[0] & Ours

class SentHeaders {
  readonly byName: Record<string, string>

  constructor(request: HttpRequest, call: CallContext) {
    this.byName = { ...request.headers, 'accept-encoding': 'identity' }
    if (call.traceparent !== undefined) this.byName['traceparent'] = call.traceparent
  }
}

/** Our axios adapter. The answer travels as `data`: axios would copy headers we have already read. */
async function exchangeOver(pool: Pool, config: InternalAxiosRequestConfig): Promise<AxiosResponse<HttpAnswer>> {
  const { exchange, headersAsSent } = config as InternalAxiosRequestConfig & Ours
  const data = await exchange.run(pool, {
    path: config.url ?? '/',
    method: config.method === 'get' ? 'GET' : 'POST',
    headers: headersAsSent.byName,
    body: (config.data as string | undefined) ?? null,
  })
  return { data, status: data.status, statusText: '', headers: {}, config }
}

/** undici's own timers are off: they tick twice a second and overshoot by as much. */
function createPool(origin: string, clock: Clock): Pool {
  return new Pool(origin, {
    connections: maxConnections,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: idleConnectionMs,
    connect: connectWithin(connectTimeoutMs, clock),
  })
}

function connectWithin(limitMs: number, clock: Clock): buildConnector.connector {
  // undici returns the socket, which its types do not say.
  const connect = buildConnector({ timeout: 0 }) as (...args: Parameters<buildConnector.connector>) => Socket
  return (options, callback) => {
    const cancel = clock.schedule(limitMs, () => socket.destroy(new Error(`no connection within ${limitMs} ms`)))
    const socket = connect(options, (...outcome) => {
      cancel()
      callback(...outcome)
    })
  }
}
