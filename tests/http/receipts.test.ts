import { afterEach, describe, expect, it } from 'vitest'
import { GatewayError } from '#domain/errors.ts'
import { receiptExample } from '#http/routes/payment/receipt-view.ts'
import type { AppDeps } from '#http/deps.ts'
import { startGatewayApp, type GatewayApp } from '../support/gateway-app.ts'

let app: GatewayApp
afterEach(() => app.close())

const receiptPath = '/v1/payments/pay_01JD8Q3V5N7R9T2W4Y6A8C0E1G/receipt'
const qrPath = '/v1/payments/pay_01JD8Q3V5N7R9T2W4Y6A8C0E1G/qr'

async function openApp(differing: Partial<AppDeps['receipts']> = {}): Promise<string[]> {
  const asked: string[] = []
  app = await startGatewayApp({
    receipts: {
      get: async (id) => {
        asked.push(id)
        return receiptExample as never
      },
      draw: async ({ id }) => Buffer.from(`%PDF of ${id}`),
      paymentQr: async (id, form) => {
        asked.push(`${id} ${form}`)
        return form === 'svg' ? '<svg/>' : Buffer.from('PNG')
      },
      ...differing,
    },
  })
  return asked
}

const get = (path: string, accept?: string, token = 'payment:read') =>
  app.fetch(path, {
    headers: { Authorization: `Bearer ${token}`, ...(accept === undefined ? {} : { Accept: accept }) },
  })

describe('the form of what is shown', () => {
  it.each([
    [receiptPath, '*/*', 'application/json'],
    [receiptPath, 'application/json', 'application/json'],
    [receiptPath, 'application/pdf', 'application/pdf'],
    [qrPath, '*/*', 'image/png'],
    [qrPath, 'image/*', 'image/png'],
    [qrPath, 'image/svg+xml', 'image/svg+xml'],
  ])('%s with Accept: %s is %s, kept by no cache', async (path, accept, type) => {
    await openApp()
    const answer = await get(path, accept)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type])
    expect([answer.headers.get('cache-control'), answer.headers.get('vary')]).toEqual(['no-store', 'Accept'])
  })

  it('of paper is named by its receipt, never by a person', async () => {
    await openApp()
    const answer = await get(receiptPath, 'application/pdf')
    expect(answer.headers.get('content-disposition')).toBe(`inline; filename="${receiptExample.id}.pdf"`)
    expect(await answer.text()).toBe(`%PDF of ${receiptExample.id}`)
  })

  it.each([
    [receiptPath, 'application/json, application/pdf'],
    [qrPath, 'image/png, image/svg+xml'],
  ])('%s in another form is 406, before anybody is asked', async (path, available) => {
    const asked = await openApp()
    const refused = await get(path, 'text/html')
    expect([refused.status, await refused.json()]).toMatchObject([406, { code: 'not_acceptable', available }])
    expect(asked).toEqual([])
  })
})

describe('who may see it', () => {
  it.each([receiptPath, qrPath])('%s wants the scope payment:read', async (path) => {
    const asked = await openApp()
    const refused = await get(path, '*/*', 'payment:create')
    expect([refused.status, await refused.json()]).toMatchObject([403, { scope: 'payment:read' }])
    expect(asked).toEqual([])
  })

  it.each(['/v1/payments/x/receipt', '/v1/payments/x/qr'])('%s is a 404 that asks nobody', async (path) => {
    const asked = await openApp()
    const refused = await get(path)
    expect([refused.status, await refused.json()]).toMatchObject([404, { code: 'payment_not_found' }])
    expect(asked).toEqual([])
  })

  it.each([
    ['payment_not_paid', 409],
    ['outcome_unknown', 409],
    ['payment_not_found', 404],
  ] as const)('a refusal %s says what to do in both languages', async (code, status) => {
    await openApp({ get: () => Promise.reject(new GatewayError(code, 'refused')) })
    const refused = await get(receiptPath, 'application/pdf')
    expect([refused.status, refused.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
    const { type } = (await refused.json()) as { readonly type: string }
    for (const language of ['vi', 'en']) {
      expect(await (await app.fetch(`${new URL(type).pathname}?lang=${language}`)).text()).toContain(code)
    }
  })
})
