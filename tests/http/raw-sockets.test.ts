import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aVerification } from '../support/api-bodies.ts'
import { startGatewayApp, type GatewayApp } from '../support/gateway-app.ts'
import { rawRequest, statusesOf } from '../support/raw-request.ts'

let app: GatewayApp
let reached = 0
beforeAll(async () => {
  app = await startGatewayApp({
    verifyIdentity: async () => {
      reached += 1
      return { id: 'reached' } as never
    },
  })
})
afterAll(() => app.close())
beforeEach(() => {
  reached = 0
})

const body = JSON.stringify(aVerification()).replaceAll(/[^\x20-\x7e]/g, 'x')
const head = (...lines: string[]) =>
  [
    'POST /v1/identity-verifications HTTP/1.1',
    'Host: gateway',
    'Authorization: Bearer all',
    'Content-Type: application/json',
    ...lines,
    'Connection: close',
    '',
    '',
  ].join('\r\n')
const length = `Content-Length: ${body.length}`
const chunked = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`
const hidden = 'GET /livez HTTP/1.1\r\nHost: gateway\r\n\r\n'

it('takes the plain forms these tests spoil', async () => {
  expect(statusesOf(await rawRequest(app.port, head(length) + body))).toEqual([200])
  expect(statusesOf(await rawRequest(app.port, head('Transfer-Encoding: chunked') + chunked(body)))).toEqual([200])
  expect(reached).toBe(2)
})

describe('a request that two readers could frame in two ways', () => {
  it.each([
    ['both framings', head('Transfer-Encoding: chunked', length) + chunked(body)],
    ['both framings, the other way round', head(length, 'Transfer-Encoding: chunked') + body],
    ['two lengths that differ', head(length, 'Content-Length: 3') + body],
    ['two lengths that agree', head(length, length) + body],
    ['a list of lengths', head(`Content-Length: ${body.length}, ${body.length}`) + body],
    ['a signed length', head(`Content-Length: +${body.length}`) + body],
    ['a hexadecimal length', head(`Content-Length: 0x${body.length.toString(16)}`) + body],
    ['a negative length', head('Content-Length: -1') + body],
    ['an unknown coding', head('Transfer-Encoding: xchunked') + chunked(body)],
    ['a coding on top of chunked', head('Transfer-Encoding: gzip, chunked') + chunked(body)],
    ['chunked twice', head('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked') + chunked(body)],
    ['chunked hidden behind a space', head('Transfer-Encoding : chunked') + chunked(body)],
    ['chunked hidden behind a tab', head('Transfer-Encoding:\tchunked,') + chunked(body)],
    ['a folded header', head('Transfer-Encoding:\r\n chunked', length) + body],
    ['a bare line feed between headers', head(length).replace('\r\nHost', '\nHost') + body],
    ['a bare carriage return in a header', head(`X-A: b\rTransfer-Encoding: chunked`, length) + body],
    ['a NUL in a header', head('X-A: b\0', length) + body],
    ['a space before a header name', head(` ${length}`) + body],
    ['a header without a name', head(': x', length) + body],
    ['a wrong chunk size', head('Transfer-Encoding: chunked') + `zz\r\n${body}\r\n0\r\n\r\n`],
    ['a chunk longer than it says', head('Transfer-Encoding: chunked') + `3\r\n${body}\r\n0\r\n\r\n`],
  ])('is refused once and never reaches a handler: %s', async (_, bytes) => {
    const statuses = statusesOf(await rawRequest(app.port, bytes))
    expect(statuses).toEqual([400])
    expect(reached).toBe(0)
  })

  it('does not answer a second request hidden in the body of the first', async () => {
    const text = await rawRequest(
      app.port,
      head('Transfer-Encoding: chunked', 'Content-Length: 5') + `0\r\n\r\n${hidden}`,
    )
    expect(statusesOf(text)).toEqual([400])
    expect(text).not.toContain('alive')
  })
})

describe('headers that must be single', () => {
  it.each([
    ['Authorization', 'Authorization: Bearer other'],
    ['Host', 'Host: elsewhere'],
    ['Content-Type', 'Content-Type: text/plain'],
    ['Idempotency-Key', 'Idempotency-Key: a\r\nidempotency-key: b'],
    ['DPoP', 'DPoP: a\r\nDPoP: b'],
    ['traceparent', 'traceparent: a\r\nTraceparent: b'],
  ])('are refused when they come twice: %s', async (_, extra) => {
    const text = await rawRequest(app.port, head(extra, length) + body)
    expect(statusesOf(text)).toEqual([400])
    expect(text).toContain('ambiguous_headers')
    expect(reached).toBe(0)
  })

  it('are refused without a host', async () => {
    expect(statusesOf(await rawRequest(app.port, head(length).replace('Host: gateway\r\n', '') + body))).toEqual([400])
  })
})

describe('floods', () => {
  it('of headers are refused', async () => {
    const many = Array.from({ length: 80 }, (_, index) => `X-H${index}: 1`)
    const [status] = statusesOf(await rawRequest(app.port, head(...many, length) + body))
    expect([400, 431]).toContain(status)
    expect(reached).toBe(0)
  })

  it('of header bytes are refused', async () => {
    const text = await rawRequest(app.port, head(`X-A: ${'x'.repeat(17 * 1024)}`, length) + body)
    expect(statusesOf(text)).toEqual([431])
  })

  it('of body bytes are answered with 413 and a closed connection, announced or in chunks', async () => {
    const much = 'x'.repeat(300 * 1024)
    expect(statusesOf(await rawRequest(app.port, head(`Content-Length: ${much.length}`) + much))).toEqual([413])
    const text = await rawRequest(app.port, head('Transfer-Encoding: chunked') + chunked(much))
    expect(statusesOf(text)).toEqual([413])
    expect(text.toLowerCase()).toContain('connection: close')
    expect(reached).toBe(0)
  })
})

describe('odd request lines', () => {
  const line = (text: string) => `${text}\r\nHost: gateway\r\nConnection: close\r\n\r\n`
  it.each([
    ['an absolute target', 'GET http://elsewhere.example/livez HTTP/1.1', 404],
    ['a star', 'OPTIONS * HTTP/1.1', 404],
    ['TRACE', 'TRACE /livez HTTP/1.1', 405],
    ['a method nobody knows', 'BREW /livez HTTP/1.1', 400],
    ['HTTP/2.0 in words', 'GET /livez HTTP/2.0', 400],
    ['dots', 'GET /v1/../livez HTTP/1.1', 404],
    ['encoded dots', 'GET /v1/%2e%2e/livez HTTP/1.1', 404],
    ['two slashes', 'GET //livez HTTP/1.1', 404],
  ])('are refused: %s', async (_, text, status) => {
    expect(statusesOf(await rawRequest(app.port, line(text)))).toEqual([status])
  })

  it('CONNECT gets nothing', async () => {
    expect(statusesOf(await rawRequest(app.port, line('CONNECT elsewhere.example:443 HTTP/1.1')))).toEqual([])
  })

  it('a body cut off in the middle ends without a handler', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(app.port, '127.0.0.1', () => socket.end(head(length) + body.slice(0, 20)))
      socket.on('error', () => {})
      socket.on('close', () => resolve())
      socket.resume()
    })
    expect(reached).toBe(0)
  })
})
