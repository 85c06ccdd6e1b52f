/** A partner's address for notifications: keeps what it gets and answers as it is told. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { checksumOver, partner, type PortalMessage } from './portal-messages.ts'

export type Reaction =
  | 'acknowledge'
  | 'wrong-checksum'
  | 'other-reference'
  | 'MaLoi 99'
  | 'HTTP 503'
  | 'not JSON'
  | 'hang-up'

export interface NotificationReceiver {
  readonly url: string
  readonly received: readonly PortalMessage[]
  reaction: Reaction
  /** Resolves once `count` notifications have come in all. */
  waitFor(count: number): Promise<void>
  clear(): void
  close(): Promise<void>
}

export async function openNotificationReceiver(): Promise<NotificationReceiver> {
  const received: PortalMessage[] = []
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  const server = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      const message = JSON.parse(Buffer.concat(chunks).toString('utf8')) as PortalMessage
      received.push(message)
      const { reaction } = receiver
      if (reaction === 'hang-up') res.socket?.destroy()
      else {
        res.writeHead(reaction === 'HTTP 503' ? 503 : 200, { 'content-type': 'application/json' })
        res.end(reaction === 'not JSON' ? '<html>' : JSON.stringify(answerTo(message, reaction)))
      }
      for (const { count, resolve } of waiting) if (received.length >= count) resolve()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  const receiver: NotificationReceiver = {
    url: `http://127.0.0.1:${port}/notifications/payment-portal`,
    received,
    reaction: 'acknowledge',
    waitFor: (count) =>
      new Promise((resolve) => {
        if (received.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
    clear() {
      received.length = 0
      receiver.reaction = 'acknowledge'
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return receiver
}

const acknowledgementOrder = ['MaLoi', 'MoTaLoi', 'MaDoiTac', 'MaThamChieu', 'ThoiGianGD']

function answerTo({ MaThamChieu }: PortalMessage, reaction: Reaction): PortalMessage {
  const message = {
    MaLoi: reaction === 'MaLoi 99' ? '99' : '00',
    MoTaLoi: 'Thành công',
    MaDoiTac: partner.code,
    MaThamChieu: reaction === 'other-reference' ? 'ANOTHER' : MaThamChieu,
    ThoiGianGD: '20261123143000',
  }
  const MaXacThuc = reaction === 'wrong-checksum' ? '0'.repeat(64) : checksumOver(acknowledgementOrder, message)
  return { ...message, MaXacThuc }
}
