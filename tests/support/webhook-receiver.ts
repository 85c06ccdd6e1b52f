/** A client's server that receives webhooks: keeps what came, and answers as a test tells it. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedWebhook {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly event: {
    readonly id: string
    readonly type: string
    readonly sequence: number
    readonly data: { readonly id: string; readonly state: string }
  }
}

export interface WebhookReceiver {
  readonly origin: string
  readonly received: readonly ReceivedWebhook[]
  /** Those at one path, oldest first. */
  at(path: string): readonly ReceivedWebhook[]
  /** `hang`: takes the request and never answers. */
  answers(path: string, status: number | 'hang', headers?: Readonly<Record<string, string>>): void
  close(): Promise<void>
}

/** 204 unless told otherwise. */
export async function startWebhookReceiver(port = 0): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = []
  const answers = new Map<string, { status: number | 'hang'; headers: Readonly<Record<string, string>> }>()
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      received.push({
        path,
        headers: request.headers,
        text,
        event: JSON.parse(text) as ReceivedWebhook['event'],
      })
      const { status, headers } = answers.get(path) ?? { status: 204, headers: {} }
      if (status !== 'hang') response.writeHead(status, headers).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    at: (path) => received.filter((one) => one.path === path),
    answers: (path, status, headers = {}) => void answers.set(path, { status, headers }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
