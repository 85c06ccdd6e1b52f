/** An address that takes JSON posts, keeps them, and answers what the test says. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventually } from './eventually.ts'

type Message = Readonly<Record<string, unknown>>
type Received = { readonly path: string; readonly body: Message }

export interface JsonReceiver {
  readonly origin: string
  answer: Message
  /** Resolves once so many have come. */
  atLeast(count: number): Promise<readonly Received[]>
  clear(): void
  close(): Promise<void>
}

const successful: Message = { error_code: 'SUCCESSFUL', error_message: '' }

export async function receiver(): Promise<JsonReceiver> {
  const received: Received[] = []
  const server = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      received.push({ path: req.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Message })
      res.writeHead(200, { 'content-type': 'application/json' })
      res.end(JSON.stringify(own.answer))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const own: JsonReceiver = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: successful,
    atLeast: (count) =>
      eventually(
        () => received,
        ({ length }) => length >= count,
      ),
    clear() {
      received.length = 0
      own.answer = successful
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return own
}
