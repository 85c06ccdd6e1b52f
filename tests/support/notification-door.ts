/** The gateway's door for notifications: keeps the raw bytes as they came, and acknowledges each by a dialect's codec. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PortalCodec } from '#domain/ports/payment-portal.ts'

export interface NotificationDoor {
  readonly url: string
  readonly notified: Buffer[]
  /** Whose notifications come from now on. */
  openTo(codec: PortalCodec): void
  close(): void
}

export async function openNotificationDoor(): Promise<NotificationDoor> {
  const notified: Buffer[] = []
  let codec: PortalCodec | undefined
  const server = createServer((req, res) => {
    void bodyOf(req).then((raw) => {
      notified.push(raw)
      const verdict = codec?.readNotification(raw).kind === 'valid' ? 'received' : 'invalid'
      res.writeHead(200, { 'content-type': 'application/json' })
      res.end(codec?.acknowledge(raw, verdict, Date.now()))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    notified,
    openTo(wanted) {
      codec = wanted
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function bodyOf(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}
