import { createPaymentPortalAdapter } from '#adapters/payment-portal/index.ts'
import { systemClock } from '#main/clock.ts'
import nock from 'nock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCall } from '../../support/a-call.ts'
import { anOrder } from '../../support/an-order.ts'
import { fakePortal } from '../../support/fake-portal.ts'
import { openThreeSystems } from '../../support/three-systems.ts'
import { failureOf } from '../../support/upstream-failure.ts'
import { paymentPortalContract } from './payment-portal.contract.ts'

paymentPortalContract('adapter against the sandbox', async () => {
  const { portal, control, close } = await openThreeSystems()
  const outcome = async (reference: string, what: 'paid' | 'failed') => {
    await control.post(`/payments/${reference}/outcome`, { outcome: what })
  }
  return {
    port: portal,
    codec: portal.codec,
    pay: (reference) => outcome(reference, 'paid'),
    fail: (reference) => outcome(reference, 'failed'),
    close,
  }
})

paymentPortalContract('in memory', async () => {
  const portal = fakePortal()
  return {
    port: portal.port,
    codec: portal.codec,
    pay: async (reference) => portal.pay(reference),
    fail: async (reference) => portal.fail(reference),
    close: async () => undefined,
  }
})

describe('the payment portal adapter over nock', () => {
  const adapter = createPaymentPortalAdapter({
    dialect: 'pp-1.0.6',
    url: 'https://portal.test/messages',
    partnerCode: 'TESTPARTNER',
    secret: 'test-secret',
    clock: systemClock,
  })
  beforeAll(() => nock.disableNetConnect())
  afterAll(async () => {
    await adapter.close()
    nock.enableNetConnect()
    nock.cleanAll()
  })

  it('sends the prepared bytes as they are', async () => {
    const prepared = adapter.codec.prepareTransaction(anOrder())
    nock('https://portal.test')
      .post('/messages', (body) => JSON.stringify(body) === prepared.body)
      .reply(200, { MaLoi: '02', MoTaLoi: '' })
    expect(await failureOf(adapter.openTransaction(prepared, aCall()))).toEqual({
      code: 'upstream_rejected_request',
      fate: 'answered',
      upstreamCode: '02',
    })
  })

  it('does not know what became of an INIT whose connection broke', async () => {
    nock('https://portal.test')
      .post('/messages')
      .replyWithError(Object.assign(new Error('x'), { code: 'ECONNRESET' }))
    const prepared = adapter.codec.prepareTransaction(anOrder())
    expect(await failureOf(adapter.openTransaction(prepared, aCall()))).toMatchObject({ fate: 'unknown' })
  })
})
