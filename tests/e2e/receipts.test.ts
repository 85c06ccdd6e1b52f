/** What is scanned and what is shown of a payment, through the whole house. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { checkValue, readTags } from '../support/emv-text.ts'
import { created, payer, reaches } from '../support/payment-journey.ts'
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
