/** The operators' door: metrics and liveness on a port of its own, meant for loopback, apart from the public API. */
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Log } from '#domain/log.ts'
import type { Metrics } from './metrics.ts'

export interface OperationsServer {
  /** The port it listens on, also when 0 was asked for. */
  readonly port: number
  close(): Promise<void>
}

export interface OperationsServerOptions {
  readonly port: number
  /** Loopback unless somebody says otherwise on purpose. */
  readonly host?: string
  readonly metrics: Metrics
  readonly log: Log
}

export async function startOperationsServer({
  port,
  host = '127.0.0.1',
  metrics,
  log,
}: OperationsServerOptions): Promise<OperationsServer> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    if (request.method !== 'GET') return end(response, 405, 'method not allowed\n')
    if (request.url === '/livez') return end(response, 200, 'alive\n')
    if (request.url !== '/metrics') return end(response, 404, 'here are /metrics and /livez\n')
    metrics.exposition().then(
      ({ contentType, text }) => end(response, 200, text, contentType),
      (error: unknown) => {
        log.error({ component: 'operations-server', error }, 'metrics could not be written')
        end(response, 500, 'metrics could not be written\n')
      },
    )
  })
  await listening(server, port, host)
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function end(response: ServerResponse, status: number, text: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Cache-Control': 'no-store' })
  response.end(text)
}
