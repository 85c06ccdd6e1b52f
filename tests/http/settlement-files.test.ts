import { afterEach, describe, expect, it } from 'vitest'
import { GatewayError } from '#domain/errors.ts'
import { startGatewayApp, type GatewayApp } from '../support/gateway-app.ts'

let app: GatewayApp | undefined
afterEach(() => app?.close())

const unused = () => Promise.reject(new Error('the test gave no answer for this use case'))

/** A house whose use case takes files as `putFile` does. */
async function house(putFile: (chunks: AsyncIterable<Uint8Array>) => Promise<boolean>) {
  app = await startGatewayApp({
    reconciliation: {
      start: unused,
      read: { get: unused, list: unused, rows: unused, transfer: unused },
      cases: { list: unused, resolve: unused },
      putFile: async (_day, chunks) => {
        const isNew = await putFile(chunks)
        return {
          isNew,
          file: {
            id: 'stf_1',
            connection: 'payment-portal',
            date: '2026-11-22',
            sha256: '',
            rows: 0,
            quarantined: 0,
            sum: 0,
            source: 'upload',
            receivedAt: '2026-11-23T00:00:00.000Z',
            livemode: false,
          },
        }
      },
    },
  })
  return app
}

const put = ({ fetch }: GatewayApp, body: string, headers: Record<string, string> = {}, day = '2026-11-22') =>
  fetch(`/v1/settlement-files/payment-portal/${day}`, {
    method: 'PUT',
    headers: { Authorization: 'Bearer all', 'Content-Type': 'text/plain; charset=utf-8', ...headers },
    body,
  })

const textOf = async (chunks: AsyncIterable<Uint8Array>): Promise<string> => {
  const pieces: Uint8Array[] = []
  for await (const chunk of chunks) pieces.push(chunk)
  return Buffer.concat(pieces).toString()
}

describe('a settlement file at the door', () => {
  it('is handed on as it comes, far beyond what other bodies may have', async () => {
    const text = 'H|DOISOAT\n'.repeat(100_000)
    let seen = ''
    const answer = await put(await house(async (chunks) => (seen = await textOf(chunks)) !== ''), text)
    expect([answer.status, seen === text]).toEqual([201, true])
  })

  it('that is here already is answered 200', async () => {
    expect((await put(await house(async () => false), 'x')).status).toBe(200)
  })

  it.each([
    ['application/json', 415],
    ['text/plain; charset=windows-1258', 415],
  ])('of type %s is refused', async (type, status) => {
    const gateway = await house(unused)
    expect((await put(gateway, 'x', { 'Content-Type': type })).status).toBe(status)
    expect((await put(gateway, 'x', { 'Content-Encoding': 'gzip' })).status).toBe(415)
  })

  it.each(['2026-02-30', '20261122', 'yesterday'])('of the day %s is refused before a byte is read', async (day) => {
    const answer = await put(await house(unused), 'x', {}, day)
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'invalid_request' }])
  })

  it('that is not whole is refused with the reason', async () => {
    const gateway = await house(() =>
      Promise.reject(new GatewayError('settlement_file_refused', 'no', { details: { refusal: 'truncated' } })),
    )
    const answer = await put(gateway, 'x')
    expect([answer.status, await answer.json()]).toMatchObject([
      422,
      { code: 'settlement_file_refused', refusal: 'truncated' },
    ])
  })
})
