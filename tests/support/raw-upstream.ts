/** An upstream one byte above TCP: it is handed each whole request and writes whatever it likes, or nothing. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface RawUpstream {
  readonly origin: string
  /** Requests as they arrived, head and body. */
  readonly requests: readonly string[]
  readonly connections: { opened: number; closed: number }
  close(): Promise<void>
}

export async function startRawUpstream(answer: (socket: Socket, request: string) => void): Promise<RawUpstream> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  const connections = { opened: 0, closed: 0 }
  const server = createServer((socket) => {
    sockets.add(socket)
    connections.opened++
    let received = ''
    socket.on('error', () => undefined)
    socket.on('close', () => {
      sockets.delete(socket)
      connections.closed++
    })
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      if (!isWhole(received)) return
      requests.push(received)
      const request = received
      received = ''
      answer(socket, request)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    connections,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Writes a complete answer. */
export function reply(
  socket: Socket,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
) {
  const bytes = Buffer.from(body)
  const head = Object.entries({ 'content-length': String(bytes.length), ...headers })
  socket.write(`HTTP/1.1 ${status} X\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
  socket.write(bytes)
}

function isWhole(received: string): boolean {
  const end = received.indexOf('\r\n\r\n')
  if (end === -1) return false
  const length = Number(/content-length: *(\d+)/i.exec(received)?.[1] ?? 0)
  return received.length >= end + 4 + length
}
