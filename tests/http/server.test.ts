import { createServer as createTcpServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createServer, type HttpServer } from '#http/server.ts'
import { manualClock } from '../support/manual-clock.ts'
import { rawRequest, statusesOf } from '../support/raw-request.ts'

const open: HttpServer[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close(0)))
})

function slowServer() {
  const clock = manualClock()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const { promise: wait, resolve: finish } = Promise.withResolvers<void>()
  const server = createServer(
    (_request, response) => {
      begin()
      void wait.then(() => response.end('done'))
    },
    { clock },
  )
  open.push(server)
  return { clock, server, begun, finish }
}

describe('closing', () => {
  it('lets a request in progress finish, closes its kept connection and takes no new one', async () => {
    const { clock, server, begun, finish } = slowServer()
    const port = await server.listen(0, '127.0.0.1')
    const answer = fetch(`http://127.0.0.1:${port}/`)
    await begun
    const closed = server.close(20_000)
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
    finish()
    expect(await (await answer).text()).toBe('done')
    expect(await closed).toEqual({ drained: true })
    expect(clock.pending).toBe(0)
  })

  it('cuts what is still running when the time is up, and says so', async () => {
    const { clock, server, begun } = slowServer()
    const port = await server.listen(0, '127.0.0.1')
    const answer = fetch(`http://127.0.0.1:${port}/`).catch(() => 'cut')
    await begun
    const closed = server.close(20_000)
    clock.advance(20_000)
    expect(await closed).toEqual({ drained: false })
    expect(await answer).toBe('cut')
  })
})

it('rejects when the port is taken', async () => {
  const other = createTcpServer()
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port))
  })
  const server = createServer(() => {}, { clock: manualClock() })
  await expect(server.listen(port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await new Promise((resolve) => other.close(resolve))
})

describe('slow senders', () => {
  it('are cut after the time for the head or for the whole', async () => {
    const limits = { headersTimeoutMs: 50, requestTimeoutMs: 100, keepAliveTimeoutMs: 1_000, maxConnections: 10 }
    const server = createServer(() => {}, { clock: manualClock(), limits })
    open.push(server)
    const port = await server.listen(0, '127.0.0.1')

    const senders = [
      'GET / HTTP/1.1\r\nHost: a\r\nX-Slow',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc',
    ]
    const answers = await Promise.all(senders.map((bytes) => rawRequest(port, bytes)))
    expect(answers.map((text) => statusesOf(text).at(-1))).toEqual([408, 408])
  })
})
