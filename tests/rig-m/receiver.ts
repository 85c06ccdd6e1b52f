/**
 * A client's server that is told by webhook, and is as unreliable as such servers are: now and then it fails, takes its
 * time, or hears everything and hangs up. Only what it answered 204 counts as delivered, and that stands in its file before
 * the answer leaves.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Chance } from './chance.ts'

export interface RigReceiver {
  readonly origin: string
  /** The secret the checker tests every signature with; the first line of the file. */
  trusts(secret: string): void
  close(): Promise<void>
}

const slowMs = 2_000

/** Each message suffers once at most: what fails for ever is another test's. */
export async function openRigReceiver(file: string, chance: Chance): Promise<RigReceiver> {
  const kept = openSync(file, 'w')
  const keep = (line: object) => void writeSync(kept, `${JSON.stringify(line)}\n`)
  const seen = new Set<string>()

  const hear = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const id = String(request.headers['webhook-id'])
    const draw = seen.has(id) ? 1 : chance.next()
    seen.add(id)
    if (draw < 0.03) return void response.writeHead(500).end()
    if (draw < 0.06) await pause(slowMs)
    const isAnswered = draw >= 0.09 || draw < 0.06
    keep({
      id,
      timestamp: request.headers['webhook-timestamp'],
      signature: request.headers['webhook-signature'],
      body: Buffer.concat(chunks).toString(),
      isAnswered,
    })
    return isAnswered ? void response.writeHead(204).end() : void request.socket.destroy()
  }
  // A gateway that dies in the middle of a message has sent nothing.
  const server = createServer((request, response) => void hear(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trusts: (secret) => keep({ secret }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          closeSync(kept)
          resolve()
        })
      }),
  }
}
