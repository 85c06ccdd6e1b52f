/** How receivers answer, over a loopback server whose origin is allowed; what the guard refuses is tried without any connection. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createEgress } from '#adapters/transport/egress.ts'
import { systemClock } from '#main/clock.ts'
import { aCall } from '../../../support/a-call.ts'
import { freePort } from '../../../support/free-port.ts'

const closing: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function aReceiver(answer: RequestListener) {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(resolve)
      }),
  )
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { seen, url, post: anEgress(url) }
}

function anEgress(...origins: string[]) {
  const egress = createEgress({ clock: systemClock, allowedOrigins: new Set(origins) })
  closing.push(() => egress.close())
  return (path = '/hook', withinMs = 5_000) => {
    const signal = AbortSignal.timeout(withinMs)
    return egress.post({ url: `${origins[0]}${path}`, headers: { 'x-mark': '1' }, body: '{}' }, aCall({ signal }))
  }
}

describe('a request to an address that somebody named', () => {
  it('says what was answered, and when to come back', async () => {
    const { post } = await aReceiver((_request, response) => response.writeHead(503, { 'Retry-After': '7' }).end('no'))
    expect(await post()).toEqual({ kind: 'answered', status: 503, retryAfterSeconds: 7 })
  })

  it.each([301, 302, 307, 308])('follows no %i', async (status) => {
    const canary = await aReceiver((_request, response) => response.end())
    const { post } = await aReceiver((_request, response) => response.writeHead(status, { Location: canary.url }).end())
    expect(await post()).toEqual({ kind: 'answered', status })
    expect(canary.seen).toEqual([])
  })

  it('reads no endless answer, and has its status all the same', async () => {
    const { post } = await aReceiver((_request, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write(Buffer.alloc(64 * 1024)), 1)
      response.on('close', () => clearInterval(timer))
    })
    expect(await post()).toEqual({ kind: 'answered', status: 200 })
  })

  it('does not know what became of it when nobody answers in time', async () => {
    const { post } = await aReceiver(() => {})
    expect(await post('/hook', 150)).toEqual({ kind: 'unknown', reason: 'timeout' })
  })

  it('does not know what became of it when the connection breaks', async () => {
    const { post } = await aReceiver((request) => request.socket.destroy())
    expect(await post()).toEqual({ kind: 'unknown', reason: 'connection_lost' })
  })

  it('was not sent where nobody listens', async () => {
    const post = anEgress(`http://127.0.0.1:${await freePort()}`)
    expect(await post()).toEqual({ kind: 'not_sent', reason: 'no_connection' })
  })

  it('is not sent to a server that cannot prove its name', async () => {
    const { url } = await aReceiver((_request, response) => response.end())
    const post = anEgress(url.replace('http:', 'https:'))
    expect(await post()).toEqual({ kind: 'not_sent', reason: 'no_connection' })
  })

  it('keeps its connections', async () => {
    const ports = new Set<number | undefined>()
    const { post } = await aReceiver((request, response) => {
      ports.add(request.socket.remotePort)
      response.end()
    })
    for (let count = 0; count < 10; count += 1) await post()
    // The second request may come before the first connection is free again.
    expect(ports.size).toBeLessThanOrEqual(2)
  })
})
