/** A port of loopback that nobody listens on, for programs that must be told theirs beforehand. */
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the range from which Linux takes ports for outgoing connections, so that none of those gets in between. */
const lowest = 18_000
const highest = 32_000

export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest)
    if (await canListen(port)) return port
  }
}

/** The first of `count` neighbouring ones. */
export async function freePortRun(count: number): Promise<number> {
  for (;;) {
    const first = randomInt(lowest, highest)
    const isFree = await Promise.all(Array.from({ length: count }, (_, at) => canListen(first + at)))
    if (isFree.every(Boolean)) return first
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
