import type { CallSite } from '#adapters/transport/fate.ts'
import { createHttp, targetOf, type Http, type HttpRequest } from '#adapters/transport/http.ts'
import { createServer, type AddressInfo } from 'node:net'
import { systemClock } from '#main/clock.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { aCall } from '../../../support/a-call.ts'
import { reply, startRawUpstream, type RawUpstream } from '../../../support/raw-upstream.ts'
import { failureOf } from '../../../support/upstream-failure.ts'

const read: CallSite = { upstream: 'population', operation: 'findPerson', effect: 'read' }
const write: CallSite = { upstream: 'payment_portal', operation: 'openTransaction', effect: 'write' }

const open: { close(): Promise<unknown> }[] = []
let http: Http

beforeEach(() => {
  http = createHttp({ clock: systemClock })
  open.push(http)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(open.splice(0).map((one) => one.close()))
})

async function upstream(...parameters: Parameters<typeof startRawUpstream>): Promise<RawUpstream> {
  const started = await startRawUpstream(...parameters)
  open.push(started)
  return started
}

function get(origin: string): HttpRequest {
  return { method: 'GET', target: targetOf(`${origin}/a?b=c`), headers: { accept: 'text/plain' } }
}

function post(origin: string): HttpRequest {
  return {
    method: 'POST',
    target: targetOf(`${origin}/a`),
    headers: { 'content-type': 'text/plain' },
    body: 'xin chào',
  }
}

/** A port nobody listens on. */
async function deadOrigin(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

describe('http', () => {
  it('says that nothing was sent when the connection is refused', async () => {
    expect(await failureOf(http.send(post(await deadOrigin()), write, aCall()))).toEqual({
      code: 'upstream_unavailable',
      fate: 'not_sent',
    })
  })

  it('says that nothing was sent when the name has no address', async () => {
    expect(await failureOf(http.send(get('http://upstream.invalid'), read, aCall()))).toEqual({
      code: 'upstream_unavailable',
      fate: 'not_sent',
    })
  })

  it('sends nothing at all when the deadline has passed or the caller is gone', async () => {
    const server = await upstream((socket) => reply(socket, 200, {}, 'ok'))
    const gone = AbortSignal.abort()
    expect(await failureOf(http.send(post(server.origin), write, aCall({ withinMs: 0 })))).toEqual({
      code: 'upstream_timeout',
      fate: 'not_sent',
    })
    expect(await failureOf(http.send(post(server.origin), write, aCall({ signal: gone })))).toEqual({
      code: 'upstream_timeout',
      fate: 'not_sent',
    })
    expect(server.requests).toEqual([])
  })

  it('gives up a connection that is not made within two seconds, having sent nothing', async () => {
    // Accepts and then never says anything: over TLS that is a connection which is never made.
    const server = await upstream(() => undefined)
    const delays: number[] = []
    const hasty = createHttp({
      clock: {
        ...systemClock,
        schedule: (delayMs, task) => {
          delays.push(delayMs)
          return systemClock.schedule(delayMs === 2_000 ? 30 : delayMs, task)
        },
      },
    })
    open.push(hasty)
    const target = targetOf(server.origin.replace('http:', 'https:'))
    expect(await failureOf(hasty.send({ ...post(server.origin), target }, write, aCall()))).toEqual({
      code: 'upstream_unavailable',
      fate: 'not_sent',
    })
    expect(delays).toContain(2_000)
    await vi.waitFor(() => expect(server.connections.closed).toBeGreaterThan(0))
  })

  it('does not know what became of a request whose connection broke before the answer', async () => {
    const server = await upstream((socket) => socket.resetAndDestroy())
    expect(await failureOf(http.send(post(server.origin), write, aCall()))).toEqual({
      code: 'upstream_connection_lost',
      fate: 'unknown',
    })
  })

  it('never takes half a body for a whole one', async () => {
    const server = await upstream((socket) => {
      reply(socket, 200, { 'content-length': '1000' }, 'half')
      socket.end()
    })
    expect(await failureOf(http.send(get(server.origin), read, aCall()))).toEqual({
      code: 'upstream_connection_lost',
      fate: 'unknown',
    })
  })

  it('never takes a chunked body without its end for a whole one', async () => {
    const server = await upstream((socket) => {
      socket.end('HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n')
    })
    expect(await failureOf(http.send(get(server.origin), read, aCall()))).toMatchObject({
      code: 'upstream_connection_lost',
    })
  })

  it('ends a silent call at its deadline, not half a second later, and closes the connection', async () => {
    const server = await upstream(() => undefined)
    const startedAt = performance.now()
    const failure = await failureOf(http.send(post(server.origin), write, aCall({ withinMs: 150 })))
    expect(failure).toEqual({ code: 'upstream_timeout', fate: 'unknown' })
    expect(performance.now() - startedAt).toBeLessThan(300)
    await vi.waitFor(() => expect(server.connections.closed).toBe(1))
  })

  it('ends a slow drip at its deadline although every byte comes in time', async () => {
    const drips: NodeJS.Timeout[] = []
    const server = await upstream((socket) => {
      socket.write('HTTP/1.1 200 X\r\ncontent-length: 100000\r\n\r\n')
      drips.push(setInterval(() => socket.write('x'), 10))
    })
    const failure = await failureOf(http.send(get(server.origin), read, aCall({ withinMs: 150 })))
    for (const drip of drips) clearInterval(drip)
    expect(failure).toEqual({ code: 'upstream_timeout', fate: 'unknown' })
  })

  it('stops when the caller aborts, and aborts no neighbour', async () => {
    const server = await upstream((socket, request) => {
      if (request.startsWith('GET')) setTimeout(() => reply(socket, 200, {}, 'late but whole'), 100)
    })
    const caller = new AbortController()
    const neighbour = http.send(get(server.origin), read, aCall())
    const aborted = failureOf(http.send(post(server.origin), write, aCall({ signal: caller.signal })))
    setTimeout(() => caller.abort(), 30)
    expect(await aborted).toEqual({ code: 'upstream_timeout', fate: 'unknown' })
    expect((await neighbour).body.toString()).toBe('late but whole')
  })

  it('ends a 100 MB answer at 2 MiB', async () => {
    let written = 0
    const block = Buffer.alloc(64 * 1024, 'x')
    const server = await upstream((socket) => {
      socket.write('HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n')
      const pour = () => {
        while (!socket.destroyed && written < 100 * 1024 * 1024) {
          written += block.length
          socket.write(`${block.length.toString(16)}\r\n`)
          socket.write(block)
          if (!socket.write('\r\n')) break
        }
      }
      socket.on('drain', pour)
      pour()
    })
    expect(await failureOf(http.send(get(server.origin), read, aCall()))).toEqual({
      code: 'upstream_contract_broken',
      fate: 'answered',
    })
    expect(written).toBeLessThan(20 * 1024 * 1024)
  })

  it('refuses an answer that announces more than 2 MiB without reading it', async () => {
    const server = await upstream((socket) => {
      socket.write('HTTP/1.1 200 X\r\ncontent-length: 104857600\r\n\r\n')
    })
    expect(await failureOf(http.send(post(server.origin), write, aCall()))).toEqual({
      code: 'upstream_contract_broken',
      fate: 'unknown',
    })
  })

  it.each(['gzip', 'br', 'deflate', 'zstd'])(
    'refuses a body encoded as %s, having asked for none',
    async (encoding) => {
      const server = await upstream((socket) => reply(socket, 200, { 'content-encoding': encoding }, 'bomb'))
      expect(await failureOf(http.send(get(server.origin), read, aCall()))).toEqual({
        code: 'upstream_contract_broken',
        fate: 'answered',
      })
      expect(server.requests[0]?.toLowerCase()).toContain('accept-encoding: identity\r\n')
    },
  )

  it('calls what is not HTTP a breach, without keeping any of it', async () => {
    const server = await upstream((socket) => socket.end('SSH-2.0-NGUYEN_VAN_A\r\n'))
    const error: unknown = await http.send(get(server.origin), read, aCall()).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'upstream_contract_broken', fate: 'answered' })
    expect((error as Error).cause).toBeUndefined()
  })

  it.each([301, 302, 303, 307, 308])('does not follow a %i', async (status) => {
    const elsewhere = await upstream((socket) => reply(socket, 200, {}, 'canary'))
    const server = await upstream((socket) => reply(socket, status, { location: `${elsewhere.origin}/x` }, ''))
    expect((await http.send(get(server.origin), read, aCall())).status).toBe(status)
    expect(elsewhere.requests).toEqual([])
  })

  it('uses no proxy of the environment', async () => {
    const proxy = await upstream((socket) => reply(socket, 200, {}, 'from the proxy'))
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']) {
      vi.stubEnv(name, proxy.origin)
    }
    vi.stubEnv('NO_PROXY', '')
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    const server = await upstream((socket) => reply(socket, 200, {}, 'direct'))
    const own = createHttp({ clock: systemClock })
    open.push(own)
    expect((await own.send(get(server.origin), read, aCall())).body.toString()).toBe('direct')
    expect(proxy.requests).toEqual([])
  })

  it('hands over a complete answer of any status, headers and bytes as they came', async () => {
    const server = await upstream((socket) => reply(socket, 503, { 'retry-after': '7' }, Buffer.from([0xff, 0])))
    const answer = await http.send(get(server.origin), read, aCall())
    expect(answer.status).toBe(503)
    expect(answer.headers).toMatchObject({ 'retry-after': '7' })
    expect([...answer.body]).toEqual([0xff, 0])
  })

  it('sends body, headers and trace context', async () => {
    const server = await upstream((socket) => reply(socket, 200, {}, 'ok'))
    const call = { ...aCall(), traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }
    await http.send(post(server.origin), write, call)
    await http.send(get(server.origin), read, call)
    const [first = '', second = ''] = server.requests
    expect(first).toMatch(/^POST \/a HTTP\/1\.1\r\n/)
    expect(Buffer.from(first, 'latin1').toString()).toMatch(/\r\n\r\nxin chào$/)
    expect(second).toMatch(/^GET \/a\?b=c HTTP\/1\.1\r\n/)
    expect(second).toContain('traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n')
  })

  it('keeps connections for later calls', async () => {
    const server = await upstream((socket) => reply(socket, 200, {}, 'ok'))
    for (let calls = 0; calls < 20; calls++) await http.send(get(server.origin), read, aCall())
    expect(server.connections.opened).toBeLessThanOrEqual(2)
  })

  it('passes over informational answers', async () => {
    const server = await upstream((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n')
      reply(socket, 200, {}, 'final')
    })
    expect((await http.send(get(server.origin), read, aCall())).body.toString()).toBe('final')
  })
})
