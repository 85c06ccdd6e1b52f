/** Stands between the gateway and PostgreSQL's socket and cuts the line at a chosen moment. */
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PostgresProxy {
  readonly connectionString: string
  /** The next statement is executed, but its answer never comes: the line breaks first. */
  swallowNextAnswer(): void
  /** The next statement never arrives: the line breaks first. */
  cutBeforeNextStatement(): void
  /** How often the line was cut. */
  cuts(): number
  /** While true, new connections are refused as soon as they are made. */
  refuse(isRefusing: boolean): void
  close(): Promise<void>
}

export async function createPostgresProxy(connectionString: string): Promise<PostgresProxy> {
  const url = new URL(connectionString.replace('@/', '@base/'))
  const target = join(url.searchParams.get('host') ?? '', '.s.PGSQL.5432')
  const folder = await mkdtemp(join(tmpdir(), 'lt-proxy-'))
  let trap: 'none' | 'answer' | 'statement' = 'none'
  let isRefusing = false
  let cuts = 0
  const sockets = new Set<Socket>()

  const server = createServer((client) => {
    if (isRefusing) return client.destroy()
    const upstream = connect(target)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    client.on('data', (chunk) => {
      if (trap !== 'statement') return upstream.write(chunk)
      trap = 'none'
      cuts += 1
      client.destroy()
      return upstream.destroy()
    })
    upstream.on('data', (chunk) => {
      if (trap !== 'answer') return client.write(chunk)
      trap = 'none'
      cuts += 1
      return client.destroy()
    })
    client.on('close', () => upstream.end())
    upstream.on('close', () => client.destroy())
    return undefined
  })
  await new Promise<void>((resolve) => server.listen(join(folder, '.s.PGSQL.5432'), resolve))

  url.searchParams.set('host', folder)
  return {
    connectionString: url.href.replace('@base/', '@/'),
    swallowNextAnswer: () => {
      trap = 'answer'
    },
    cutBeforeNextStatement: () => {
      trap = 'statement'
    },
    cuts: () => cuts,
    refuse: (refusing) => {
      isRefusing = refusing
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
