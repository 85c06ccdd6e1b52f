/** What is scanned and what is shown of a payment, through the whole house. */
import { randomUUID } from 'node:crypto'
import type { ReceiptView } from '#receipts/present-receipt.ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { checkValue, readTags } from '../support/emv-text.ts'
import { provenStatement } from '../support/check-evidence.ts'
import { hasPdfReaders, pictureOfPage, textOfPages } from '../support/pdf-readers.ts'
import { created, payer, reaches, type Payment } from '../support/payment-journey.ts'
import { hasQrReader, readQr } from '../support/qr-reader.ts'
import { openHouse, type RunningHouse } from '../support/running-house.ts'

let house: RunningHouse

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house?.close())
vi.setConfig({ testTimeout: 40_000 })

const fetchAs = (path: string, accept: string): Promise<Response> =>
  fetch(house.url + path, { headers: { Authorization: `Bearer ${house.client.token}`, Accept: accept } })

describe('the QR code at the counter', () => {
  it.skipIf(!hasQrReader)('is the one the portal issued, letter by letter, and holds together by its CRC', async () => {
    const payment = await created(house)
    const answer = await fetchAs(`/v1/payments/${payment.id}/qr`, 'image/png')
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'image/png',
      'no-store',
    ])
    const scanned = readQr(new Uint8Array(await answer.arrayBuffer()))
    const { body: record } = await house.control.get(`/payments/${payment.attempt.portalReference}`)
    expect(scanned).toBe(record['vietQr'])

    expect(checkValue('123456789')).toBe('29B1')
    expect(scanned.slice(-4)).toBe(checkValue(scanned.slice(0, -4)))
    const tags = readTags(scanned)
    expect([tags.get('53'), tags.get('54'), tags.get('58')]).toEqual(['704', String(payment.amount), 'VN'])
  })

  it('comes as SVG where that is asked for, and in no other form', async () => {
    const payment = await created(house)
    const svg = await fetchAs(`/v1/payments/${payment.id}/qr`, 'image/svg+xml')
    expect([svg.headers.get('content-type'), await svg.text()]).toEqual([
      'image/svg+xml',
      expect.stringContaining('<svg'),
    ])
    const refused = await fetchAs(`/v1/payments/${payment.id}/qr`, 'image/jpeg')
    expect([refused.status, await refused.json()]).toMatchObject([
      406,
      { code: 'not_acceptable', available: 'image/png, image/svg+xml' },
    ])
  })

  it('is gone once the fee is paid', async () => {
    const payment = await created(house)
    await payer(house, payment, 'paid')
    await reaches(house, payment.id, 'paid')
    const refused = await fetchAs(`/v1/payments/${payment.id}/qr`, '*/*')
    expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'nothing_to_pay', state: 'paid' }])
  })
})

describe('the receipt', () => {
  const paid = async (): Promise<Payment> => {
    const payment = await created(house)
    await payer(house, payment, 'paid')
    return reaches(house, payment.id, 'paid')
  }
  const receiptOf = async ({ id }: Payment): Promise<ReceiptView> =>
    (await house.client.get<ReceiptView>(`/v1/payments/${id}/receipt`)).body
  const paperOf = async ({ id }: Payment): Promise<Uint8Array> =>
    new Uint8Array(await (await fetchAs(`/v1/payments/${id}/receipt`, 'application/pdf')).arrayBuffer())
  const giveBack = (payment: Payment, amount: number, expectedRefundable: number) =>
    house.client.post(
      `/v1/payments/${payment.id}/refunds`,
      { amount, reason: 'Nộp thừa', expectedRefundable },
      { 'idempotency-key': randomUUID() },
    )

  it('states what was paid, provably with the published keys alone, and is the same bytes ever after', async () => {
    const payment = await paid()
    const receipt = await receiptOf(payment)
    const { header, claims } = await provenStatement(house.url, receipt.statement)
    expect(header).toMatchObject({ alg: 'ES256', typ: 'receipt+jwt' })
    expect(claims).toMatchObject({ iss: house.url, sub: payment.id, jti: receipt.id, total: 50_000, status: 'active' })
    expect(await receiptOf(payment)).toEqual(receipt)
    expect(Buffer.from(await paperOf(payment)).equals(await paperOf(payment))).toBe(true)
    const shown = await house.rows<{ count: string }>(
      `select count(*) from gateway.audit_entries where action = 'getReceipt' and leaf like '%fullName%'`,
    )
    expect(Number(shown[0]?.count)).toBeGreaterThanOrEqual(4)
  })

  it.skipIf(!hasPdfReaders || !hasQrReader)('is paper whose code leads to the very same statement', async () => {
    const payment = await paid()
    const { verifyUrl } = await receiptOf(payment)
    const paper = await paperOf(payment)
    expect(textOfPages(paper).join()).toContain('Nguyễn Thị Hoà')
    expect(readQr(pictureOfPage(paper, 1))).toBe(verifyUrl)
  })

  it('says what was given back, and is void when that is everything', async () => {
    const payment = await paid()
    const first = await receiptOf(payment)
    await giveBack(payment, 20_000, 50_000)
    await reaches(house, payment.id, 'partially_refunded')
    const partly = await receiptOf(payment)
    expect(partly).toMatchObject({ status: 'active', refunded: 20_000, remaining: 30_000 })
    await giveBack(payment, 30_000, 30_000)
    await reaches(house, payment.id, 'refunded')
    const none = await receiptOf(payment)
    expect(none).toMatchObject({ status: 'inactive', refunded: 50_000, remaining: 0 })
    expect((await provenStatement(house.url, none.statement)).claims).toMatchObject({ status: 'inactive' })
    expect(new Set([first.id, partly.id, none.id]).size).toBe(3)
    if (hasPdfReaders) expect(textOfPages(await paperOf(payment)).join()).toContain('KHÔNG CÒN HIỆU LỰC')
  })

  it('is refused before anything was paid, and to other tenants', async () => {
    const open = await created(house)
    const refused = await fetchAs(`/v1/payments/${open.id}/receipt`, '*/*')
    expect([refused.status, await refused.json()]).toMatchObject([
      409,
      { code: 'payment_not_paid', state: 'awaiting_payer' },
    ])
    const elsewhere = await house.newClient('one-stop-ha-giang', 'ha-giang')
    const answer = await elsewhere.get(`/v1/payments/${(await paid()).id}/receipt`)
    expect([answer.status, answer.body['code']]).toEqual([404, 'payment_not_found'])
  })
})
