import { createPaymentPortalAdapter } from '#adapters/payment-portal/index.ts'
import { systemClock } from '#main/clock.ts'
import nock from 'nock'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aBillRequest } from '../../support/a-bill-request.ts'
import { aCall } from '../../support/a-call.ts'
import { anOrder } from '../../support/an-order.ts'
import { fakePortal } from '../../support/fake-portal.ts'
import { openThreeSystems } from '../../support/three-systems.ts'
import { failureOf } from '../../support/upstream-failure.ts'
import { askablePortalContract, paymentPortalContract } from './payment-portal.contract.ts'

askablePortalContract('adapter against the sandbox', async () => {
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

paymentPortalContract('PayGov’s adapter against the sandbox', async () => {
  const { freshPayGov, close } = await openThreeSystems()
  const payGov = freshPayGov()
  return { port: payGov, codec: payGov.codec, close }
})

askablePortalContract('in memory', async () => {
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

describe('the PayGov adapter over nock', () => {
  const tokens = () =>
    nock('https://lgsp.test')
      .post('/token', 'grant_type=client_credentials')
      .basicAuth({ user: 'lao-cai', pass: 'lgsp-secret' })
      .reply(200, { access_token: 'T1', token_type: 'Bearer', expires_in: 3600 })
  const open = () =>
    createPaymentPortalAdapter({
      dialect: 'paygov',
      url: 'https://lgsp.test/paygov/',
      partnerCode: 'TESTPARTNER',
      accessKey: 'TESTKEY',
      secret: 'test-secret',
      lgsp: { tokenUrl: 'https://lgsp.test/token', clientId: 'lao-cai', secret: 'lgsp-secret', accessToken: 'eyJ9' },
      returnUrl: 'https://gateway.test/return/paygov',
      clock: systemClock,
    })
  let adapter = open()
  beforeAll(() => nock.disableNetConnect())
  beforeEach(() => {
    adapter = open()
  })
  afterEach(async () => {
    await adapter.close()
    nock.cleanAll()
  })
  afterAll(() => nock.enableNetConnect())

  it('sends the prepared bytes as they are, with both tokens', async () => {
    const prepared = adapter.codec.prepareTransaction(anOrder())
    tokens()
    nock('https://lgsp.test', { reqheaders: { authorization: 'Bearer T1', lgspaccesstoken: 'eyJ9' } })
      .post('/paygov/transactions', (body) => JSON.stringify(body) === prepared.body)
      .reply(200, { error_code: 'INVALID_REQUEST', error_message: '' })
    expect(await failureOf(adapter.openTransaction(prepared, aCall()))).toEqual({
      code: 'upstream_rejected_request',
      fate: 'answered',
      upstreamCode: 'INVALID_REQUEST',
    })
  })

  it('does not know what became of a create whose connection broke', async () => {
    tokens()
    nock('https://lgsp.test')
      .post('/paygov/transactions')
      .replyWithError(Object.assign(new Error('x'), { code: 'ECONNRESET' }))
    const prepared = adapter.codec.prepareTransaction(anOrder())
    expect(await failureOf(adapter.openTransaction(prepared, aCall()))).toMatchObject({ fate: 'unknown' })
  })

  it('knows that nothing was sent when there was no token to send it with', async () => {
    nock('https://lgsp.test').post('/token').reply(401, { error: 'invalid_client' })
    const prepared = adapter.codec.prepareTransaction(anOrder())
    expect(await failureOf(adapter.openTransaction(prepared, aCall()))).toMatchObject({
      code: 'upstream_rejected_credentials',
      fate: 'not_sent',
    })
  })

  it.each([
    'https://evil.test/receipt.pdf',
    'https://lgsp.test.evil.test/receipt.pdf',
    'http://lgsp.test/receipt.pdf',
    'https://lgsp.test:8443/receipt.pdf',
    'https://user@evil.test/lgsp.test',
    'file:///etc/passwd',
    '//lgsp.test/receipt.pdf',
  ])('does not follow a receipt to %s', async (transactionReceipt) => {
    tokens()
    nock('https://lgsp.test').post('/paygov/receipts').reply(200, { transactionReceipt })
    expect(await failureOf(adapter.fetchBill(aBillRequest(anOrder(), 'PG1'), aCall()))).toMatchObject({
      code: 'upstream_contract_broken',
      fate: 'answered',
    })
  })

  it('shows a receipt’s address no token', async () => {
    tokens()
    nock('https://lgsp.test').post('/paygov/receipts').reply(200, { transactionReceipt: 'https://lgsp.test/r/1?k=2' })
    nock('https://lgsp.test', { badheaders: ['authorization', 'lgspaccesstoken'] })
      .get('/r/1?k=2')
      .reply(200, 'half a receipt', { 'content-type': 'application/pdf' })
    expect(await failureOf(adapter.fetchBill(aBillRequest(anOrder(), 'PG1'), aCall()))).toMatchObject({
      code: 'upstream_contract_broken',
    })
    expect(nock.isDone()).toBe(true)
  })
})
