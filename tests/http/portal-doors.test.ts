import { afterEach, describe, expect, it } from 'vitest'
import type { AppDeps } from '#http/deps.ts'
import { startGatewayApp, type GatewayApp } from '../support/gateway-app.ts'

let app: GatewayApp
afterEach(() => app.close())

type Payments = AppDeps['payments']
const withPayments = (payments: Partial<Payments>) => startGatewayApp({ payments: payments as Payments })

describe('the portal’s notification', () => {
  const raw = '{"MaLoi":"00", "SoTien": 50000.00}'
  const notify = (path = '/notifications/payment-portal', body: string | Buffer = raw) =>
    app.fetch(path, { method: 'POST', body })

  it('reaches the use case byte for byte, without a token and whatever its content type', async () => {
    const seen: string[] = []
    app = await withPayments({
      receiveNotification: async (connection, bytes) => {
        seen.push(connection, Buffer.from(bytes).toString())
        return { kind: 'acknowledged', body: '{"MaLoi":"00"}' }
      },
    })
    const answer = await notify()
    expect([answer.status, await answer.text()]).toEqual([200, '{"MaLoi":"00"}'])
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(seen).toEqual(['payment-portal', raw])
  })

  it.each([
    ['invalid', 200],
    ['try_again', 503],
  ] as const)('is answered in the portal’s own form when %s', async (kind, status) => {
    app = await withPayments({ receiveNotification: async () => ({ kind, body: '{"MaLoi":"07"}' }) })
    const answer = await notify()
    expect([answer.status, await answer.text()]).toEqual([status, '{"MaLoi":"07"}'])
  })

  it('is a 404 for a connection nobody configured or that cannot be one', async () => {
    app = await withPayments({ receiveNotification: async () => ({ kind: 'unknown_connection' }) })
    expect((await notify('/notifications/other')).status).toBe(404)
    expect((await notify('/notifications/%00')).status).toBe(404)
  })

  it('is refused beyond 256 KiB before anything reads it', async () => {
    app = await withPayments({})
    expect((await notify(undefined, Buffer.alloc(300 * 1024))).status).toBe(413)
  })
})

describe('the payer’s way back', () => {
  const reference = '01JD8Q3V5N7R9T2W4Y6A'
  const back = (query: string) => app.fetch(`/return/payment-portal${query}`)

  it('leads on to the client without telling it where from', async () => {
    app = await withPayments({
      returnPayer: async (connection, portalReference) => ({
        location: `https://one-stop.example/?lt=${connection}.${portalReference}`,
      }),
    })
    const answer = await back(`?MaThamChieu=${reference}&MaLoi=00`)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(`https://one-stop.example/?lt=payment-portal.${reference}`)
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it.each(['', '?MaThamChieu=', '?MaThamChieu=../x', `?MaThamChieu=${reference}&MaThamChieu=${reference}`])(
    'is a page for people when there is nowhere to lead to: %j',
    async (query) => {
      app = await withPayments({ returnPayer: async () => undefined })
      const answer = await back(query)
      expect(answer.status).toBe(404)
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(await answer.text()).toContain('Xin đừng nộp lại ngay')
    },
  )
})
