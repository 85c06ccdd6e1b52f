import { readFileSync } from 'node:fs'
import { createPayGov } from '#adapters/payment-portal/paygov/index.ts'
import { systemClock } from '#main/clock.ts'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGatewayApp, type GatewayApp } from '../support/gateway-app.ts'
import { paymentHouse, type PaymentHouse } from '../support/payment-house.ts'

const payGov = createPayGov({
  dialect: 'paygov',
  url: 'http://127.0.0.1:9/paygov',
  partnerCode: 'TESTPARTNER',
  accessKey: 'TESTKEY',
  secret: 'test-secret',
  lgsp: { tokenUrl: 'http://127.0.0.1:9/token', clientId: 'c', secret: 's', accessToken: 'a' },
  returnUrl: 'http://127.0.0.1:9/return/paygov',
  clock: systemClock,
})
/** Signed with the keys above. */
const ipn = readFileSync('contracts/paygov/examples/ipn.json', 'utf8')

let house: PaymentHouse
let app: GatewayApp
beforeEach(async () => {
  house = paymentHouse((deps) => ({
    ...deps,
    portal: (tenant, connection) =>
      connection === 'paygov' ? { port: payGov, codec: payGov.codec } : deps.portal(tenant, connection),
    tenantOf: (connection) => (connection === 'paygov' ? 'lao-cai' : deps.tenantOf(connection)),
  }))
  app = await startGatewayApp({ payments: house.payments })
})
afterEach(() => app.close())
afterAll(() => payGov.close())

const notify = async (body: string) => {
  const answer = await app.fetch('/notifications/paygov', { method: 'POST', body })
  return [answer.status, ((await answer.json()) as { error_code: string }).error_code]
}
const kept = () => house.store.units.flatMap(({ writes }) => writes).filter(({ kind }) => kind === 'notification')

describe('PayGov’s notification at the door', () => {
  it('is SUCCESSFUL once it is kept, byte for byte, and again when it comes again', async () => {
    expect(await notify(ipn)).toEqual([200, 'SUCCESSFUL'])
    expect(await notify(ipn)).toEqual([200, 'SUCCESSFUL'])
    expect(kept()).toMatchObject([
      { row: { connection: 'paygov', reference: '0MSJ7XK2B9Q4T1V5Z8D3', portalTransactionId: 'PG0000001' } },
    ])
  })

  it.each([
    ['forged', ipn.replace('50000', '50001')],
    ['of the other portal', '{"LoaiBanTin":"CONFIRM","MaLoi":"00"}'],
    ['no JSON', 'hello'],
  ])('is SIGNATURE_WRONG when it is %s, and nothing of it is kept', async (_, body) => {
    expect(await notify(body)).toEqual([200, 'SIGNATURE_WRONG'])
    expect(kept()).toEqual([])
  })

  it('is FAILED, with a status PayGov repeats on, when it cannot be kept', async () => {
    house.store.isAway = true
    expect(await notify(ipn)).toEqual([503, 'FAILED'])
  })
})
