import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { checksum } from '#adapters/payment-portal/paygov/checksum.ts'
import { encodeOrder } from '#adapters/payment-portal/paygov/create.ts'
import { describe, expect, it } from 'vitest'
import { anOrder } from '../../../../support/an-order.ts'

const account = { partnerCode: 'TESTPARTNER', accessKey: 'TESTKEY', secretKey: 'test-secret' }
const returnUrl = 'https://gateway.test/return/paygov'
const encoded = (order: ReturnType<typeof anOrder>) =>
  JSON.parse(encodeOrder(order, account, returnUrl)) as Readonly<Record<string, unknown>>

const signing = readFileSync(new URL('../../../../../contracts/paygov/signing.md', import.meta.url), 'utf8')
const vectors = [...signing.matchAll(/^(test-secret.*)\n {2}-> ([0-9a-f]{64})$/gm)].map(
  ([, text = '', digest = '']) => ({
    text,
    digest,
  }),
)

describe('the checksum of PayGov', () => {
  it.each(vectors)('$digest is that of the contract', ({ text, digest }) => {
    expect(checksum([text.slice(0, 11), text.slice(11)])).toBe(digest)
    expect(createHash('sha256').update(text).digest('hex')).toBe(digest)
  })

  it('has a vector for each message', () => expect(vectors).toHaveLength(4))
})

describe('the create message', () => {
  it('is the same bytes for the same order', () => {
    const order = anOrder()
    expect(encodeOrder(order, account, returnUrl)).toBe(encodeOrder({ ...order }, account, returnUrl))
  })

  it('carries our reference as request code, at the end of the order id, and on the way back', () => {
    const order = anOrder()
    expect(encoded(order)).toMatchObject({
      requestCode: order.reference,
      orderId: `H38.17-H38.17-261123-0007-${order.reference}`,
      returnUrl: `${returnUrl}?MaThamChieu=${order.reference}`,
      amount: 50_000,
    })
  })

  it('never says one order id for two payments of a dossier', () => {
    expect(encoded(anOrder())['orderId']).not.toBe(encoded(anOrder())['orderId'])
  })

  it('keeps an order id within the contract, however odd the dossier code', () => {
    const { orderId } = encoded(anOrder({ dossierCode: 'Hồ sơ/số 7|Đ'.repeat(40) }))
    expect(orderId).toMatch(/^[A-Za-z][0-9A-Za-z._-]{0,180}-[0-9A-Z]{20}$/)
  })

  it('holds neither the secret key nor the payer', () => {
    const order = anOrder()
    const bytes = encodeOrder(order, account, returnUrl)
    for (const secret of [account.secretKey, order.payer.fullName, '015185000011']) expect(bytes).not.toContain(secret)
  })
})
