/** The listening socket with its limits, and an orderly end. HTTP/1.1 only; TLS ends at the proxy in front. */
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import type { Clock } from '#domain/clock.ts'
import { maxHeaders } from './headers.ts'

interface ServerLimits {
  /** Milliseconds for the head of a request to arrive; Node's own default is six times that. */
  readonly headersTimeoutMs: number
  /** Milliseconds for a whole request, body included. */
  readonly requestTimeoutMs: number
  /** Idle time on a kept connection; longer than a proxy's own, so that the proxy closes first. */
  readonly keepAliveTimeoutMs: number
  readonly maxConnections: number
}

const defaultServerLimits: ServerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 75_000,
  maxConnections: 4_096,
}

const maxHeaderBytes = 16 * 1024
/** How often Node looks for slow senders; its default of 30 s would double every limit above. */
const slowSenderCheckMs = 1_000

export interface HttpServer {
  /** Resolves with the port; rejects when it is taken. */
  listen(port: number, host: string): Promise<number>
  /**
   * Takes no new connection, lets requests in progress finish, and after `drainMs` cuts what is left.
   * Resolves with whether everybody got an answer.
   */
  close(drainMs: number): Promise<{ readonly drained: boolean }>
}

export interface ServerOptions {
  readonly clock: Pick<Clock, 'schedule'>
  readonly limits?: ServerLimits
}

export function createServer(app: RequestListener, { clock, limits = defaultServerLimits }: ServerOptions): HttpServer {
  let isClosing = false
  const server = createHttpServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: slowSenderCheckMs,
      maxHeaderSize: maxHeaderBytes,
      // Both framings in one request, obsolete folding, bare CR: refused by the parser (RFC 9112 section 6.1).
      insecureHTTPParser: false,
      requireHostHeader: true,
      noDelay: true,
    },
    (request, response) => {
      if (isClosing) response.setHeader('Connection', 'close')
      // A connection that falls idle while closing would otherwise be kept until its time-out.
      response.once('close', () => {
        if (isClosing) setImmediate(() => server.closeIdleConnections())
      })
      app(request, response)
    },
  )
  server.maxHeadersCount = maxHeaders + 1
  server.maxConnections = limits.maxConnections

  return {
    listen: (port, host) => listening(server, port, host),
    async close(drainMs) {
      isClosing = true
      return closing(server, clock, drainMs)
    },
  }
}

function listening(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function closing(
  server: Server,
  clock: Pick<Clock, 'schedule'>,
  drainMs: number,
): Promise<{ readonly drained: boolean }> {
  return new Promise((resolve) => {
    let drained = true
    const cancelCut = clock.schedule(drainMs, () => {
      drained = false
      server.closeAllConnections()
    })
    // Node closes idle connections by itself here.
    server.close(() => {
      cancelCut()
      resolve({ drained })
    })
  })
}
