/**
 * A TCP proxy that spoils exchanges on purpose. It knows no HTTP: an exchange begins when bytes come from the client after
 * an answer, and what becomes of it is drawn by the seed. Which faults leave the upstream's effect behind is what matters
 * for money, so the list says it.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Chance } from './chance.ts'

export const wireFaults = [
  /** Nothing reaches the upstream. */
  'reset_before',
  'hang',
  /** The request arrives in part. */
  'cut_request',
  /** The request arrives whole; only the answer suffers. */
  'swallow_answer',
  'reset_at_byte',
  'truncate',
  'half_close',
  'delay',
  'drip',
] as const
export type WireFault = (typeof wireFaults)[number]

export interface FaultProxyOptions {
  /** Ports of loopback, in the order to try them; asked at each connection. */
  readonly targets: () => readonly number[]
  readonly chance: Chance
  readonly port: number
}

export interface FaultProxy {
  /** The share of exchanges that is spoiled from now on, and how. */
  weather(share: number, faults?: readonly [WireFault, ...WireFault[]]): void
  /** Nobody listens any more: connections are refused, those that stand are reset. */
  refuse(): Promise<void>
  accept(): Promise<void>
  /** How often each fault was carried out. */
  readonly spoiled: Readonly<Record<WireFault, number>>
  close(): Promise<void>
}

interface Weather {
  readonly share: number
  readonly faults: readonly [WireFault, ...WireFault[]]
}

interface Line {
  readonly client: Socket
  readonly upstream: Socket
  fault: WireFault | undefined
  isAnswered: boolean
  /** Bytes of the request or the answer that still pass. */
  passing: number
}

const longestDelayMs = 2_500

export async function openFaultProxy({ targets, chance, port }: FaultProxyOptions): Promise<FaultProxy> {
  let weather: Weather = { share: 0, faults: wireFaults }
  let server: Server | undefined
  const sockets = new Set<Socket>()
  const spoiled = Object.fromEntries(wireFaults.map((fault) => [fault, 0])) as Record<WireFault, number>

  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }

  const reach = (ports: readonly number[], use: (upstream: Socket) => void, giveUp: () => void): void => {
    const [first, ...others] = ports
    if (first === undefined) return giveUp()
    const upstream = connect(first, '127.0.0.1')
    const onError = () => reach(others, use, giveUp)
    upstream.once('error', onError)
    upstream.once('connect', () => {
      upstream.off('error', onError)
      keep(upstream)
      use(upstream)
    })
  }

  const onConnection = (client: Socket) => {
    keep(client)
    client.pause()
    reach(
      targets(),
      (upstream) => join(client, upstream),
      () => client.resetAndDestroy(),
    )
  }

  const join = (client: Socket, upstream: Socket) => {
    const line: Line = { client, upstream, fault: undefined, isAnswered: true, passing: 0 }
    client.on('data', (chunk) => onRequest(line, chunk))
    upstream.on('data', (chunk) => onAnswer(line, chunk))
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => {
      if (line.fault !== 'hang') client.end()
    })
    client.resume()
  }

  const begin = (line: Line) => {
    line.isAnswered = false
    line.fault = chance.happens(weather.share) ? chance.pick(weather.faults) : undefined
    if (line.fault === undefined) return
    spoiled[line.fault] += 1
    // Within the head, at its end or inside the body of the messages that pass here.
    line.passing = chance.between(0, 700)
  }

  const onRequest = (line: Line, chunk: Buffer) => {
    if (line.isAnswered) begin(line)
    switch (line.fault) {
      case 'reset_before':
        return cut(line)
      case 'hang':
        return undefined
      case 'cut_request':
        line.upstream.write(chunk.subarray(0, Math.min(line.passing, chunk.length - 1)), () => cut(line))
        return undefined
      case 'half_close':
        line.upstream.write(chunk)
        return line.client.end()
      default:
        return line.upstream.write(chunk)
    }
  }

  const onAnswer = (line: Line, chunk: Buffer) => {
    line.isAnswered = true
    switch (line.fault) {
      case 'swallow_answer':
        return cut(line)
      case 'reset_at_byte':
        line.client.write(chunk.subarray(0, line.passing), () => cut(line))
        return undefined
      case 'truncate':
        return line.client.end(chunk.subarray(0, Math.min(line.passing, chunk.length - 1)))
      case 'half_close':
        return undefined
      case 'delay':
        return later(line, chance.between(20, longestDelayMs), () => line.client.write(chunk))
      case 'drip':
        return drip(line, chunk, chance.between(5, 60))
      default:
        return line.client.write(chunk)
    }
  }

  const drip = (line: Line, rest: Buffer, bytes: number): void => {
    line.client.write(rest.subarray(0, bytes))
    if (rest.length > bytes) later(line, 15, () => drip(line, rest.subarray(bytes), bytes))
  }

  const listen = () =>
    new Promise<void>((resolve, reject) => {
      const opening = createServer(onConnection)
      opening.once('error', reject)
      opening.listen(port, '127.0.0.1', () => {
        server = opening
        resolve()
      })
    })

  const stop = async () => {
    const stopping = server
    server = undefined
    for (const socket of sockets) socket.resetAndDestroy()
    if (stopping) await new Promise((resolve) => stopping.close(resolve))
  }

  await listen()
  return {
    weather: (share, faults = wireFaults) => {
      weather = { share, faults }
    },
    refuse: stop,
    accept: async () => {
      if (server === undefined) await listen()
    },
    spoiled,
    close: stop,
  }
}

function cut({ client, upstream }: Line): void {
  client.resetAndDestroy()
  upstream.destroy()
}

/** Forgotten when the line goes away. */
function later({ client }: Line, delayMs: number, task: () => void): void {
  const forget = () => clearTimeout(timer)
  const timer = setTimeout(() => {
    client.off('close', forget)
    task()
  }, delayMs)
  client.once('close', forget)
}
