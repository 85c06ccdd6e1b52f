/**
 * One simulator's socket on loopback, which can also be *not there*: while a standing `refuse` holds, the port is
 * closed and the operating system itself refuses, for every operation, because nobody can refuse a connection by
 * what it would have said. A counted `refuse` must see the attempt in order to count it, so it accepts and resets;
 * one with a `match` resets once the request is read and before any work.
 */
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Faults } from './faults.ts'
import type { System } from './simulator.ts'

export interface Listener {
  readonly port: number
  /** Opens or closes the door as the active faults ask. */
  follow(): Promise<void>
  close(): Promise<void>
}

/** Longer than clients keep a connection, so that theirs is the side that lets go. */
const keepAliveMs = 65_000

export interface ListenerOptions {
  readonly handler: RequestListener
  readonly port: number
  readonly host: string
  /** Absent for the control port: nothing may keep a tester from switching faults off. */
  readonly faults?: { readonly faults: Faults; readonly system: System }
}

export async function openListener({ handler, port, host, faults }: ListenerOptions): Promise<Listener> {
  const sockets = new Set<Socket>()
  const server = createServer({ keepAliveTimeout: keepAliveMs }, handler)
  server.on('connection', (socket) => {
    // A client that cuts the line is its own business, never the end of this process.
    socket.on('error', () => {})
    if (faults && isTurnedAway(faults.faults, faults.system)) socket.resetAndDestroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await listen(server, port, host)
  const bound = (server.address() as AddressInfo).port

  return {
    port: bound,
    async follow() {
      if (!faults) return
      const { shut, counted } = refusals(faults.faults, faults.system)
      if (shut || counted) server.closeIdleConnections()
      if (shut === server.listening) {
        if (shut) server.close()
        else await listenAgain(server, bound, host)
      }
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function refusals(faults: Faults, system: System): { shut: boolean; counted: boolean } {
  const here = faults.list().filter((one) => one.system === system && one.fault === 'refuse' && !one.match)
  return { shut: here.some((one) => one.times === undefined), counted: here.some((one) => one.times !== undefined) }
}

function isTurnedAway(faults: Faults, system: System): boolean {
  const taken = faults.take(system, undefined, {}, ({ fault, match, operation }) => {
    return fault === 'refuse' && match === undefined && operation === undefined
  })
  return taken !== undefined
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host)
  // Rejects with the error event, e.g. EADDRINUSE.
  await once(server, 'listening')
}

/** Tries for a second: a client's connection may be holding our own port for the moment it takes to be refused. */
async function listenAgain(server: Server, port: number, host: string, triesLeft = 20): Promise<void> {
  try {
    await listen(server, port, host)
  } catch (error) {
    if (triesLeft === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    await new Promise((resolve) => setTimeout(resolve, 50))
    await listenAgain(server, port, host, triesLeft - 1)
  }
}
