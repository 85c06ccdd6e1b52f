import { describe, expect, it } from 'vitest'
import { attemptStates, type Attempt } from '#domain/payment.ts'
import { createGetPaymentQr } from '#receipts/get-payment-qr.ts'
import { aPayment, noon } from '../../support/a-payment.ts'
import { aRequest } from '../../support/a-request.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { hasQrReader, readQr } from '../../support/qr-reader.ts'

const open: Partial<Attempt> = { state: 'awaiting_payer', payUrl: 'https://portal.example/pay/1', vietQr: '000201TEST' }

function qrOf(attempt: Partial<Attempt>) {
  const payment = aPayment(attempt)
  const clock = manualClock(noon)
  const getPaymentQr = createGetPaymentQr({
    clock,
    payments: {
      find: async (tenant, id) => (tenant === payment.tenant && id === payment.id ? payment : undefined),
      events: async () => [],
    },
  })
  return {
    clock,
    as: (form: 'png' | 'svg', id = payment.id, request = aRequest()) => getPaymentQr(id, form, request),
  }
}

describe('the QR code of a payment', () => {
  it.skipIf(!hasQrReader)('is what the portal issued, else the address of its pay page', async () => {
    const { vietQr: _none, ...without } = open
    expect(readQr((await qrOf(open).as('png')) as Uint8Array)).toBe('000201TEST')
    expect(readQr((await qrOf(without).as('png')) as Uint8Array)).toBe('https://portal.example/pay/1')
  })

  it('is a picture in pixels or in lines, the same for the same code', async () => {
    const png = (await qrOf(open).as('png')) as Uint8Array
    expect(Buffer.from(png).subarray(1, 4).toString()).toBe('PNG')
    expect(Buffer.from((await qrOf(open).as('png')) as Uint8Array).equals(png)).toBe(true)
    expect(await qrOf(open).as('svg')).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
  })

  it.each(attemptStates.filter((state) => state !== 'awaiting_payer'))(
    'is refused while the attempt is %s',
    (state) => {
      const isDoubtful = state === 'in_doubt' || state === 'cancelling'
      return expect(qrOf({ ...open, state }).as('png')).rejects.toMatchObject(
        isDoubtful ? { code: 'outcome_unknown' } : { code: 'nothing_to_pay', details: { state } },
      )
    },
  )

  it('is refused from the moment its attempt ends', async () => {
    const { as, clock } = qrOf({ ...open, expiresAtMs: noon + 1_000 })
    clock.advance(999)
    await expect(as('svg')).resolves.toContain('<svg')
    clock.advance(1)
    await expect(as('svg')).rejects.toMatchObject({ code: 'nothing_to_pay' })
  })

  it('of another tenant is not there', async () => {
    const principal = { ...aRequest().principal, tenant: 'elsewhere' }
    await expect(qrOf(open).as('png', 'pay_1', aRequest({ principal }))).rejects.toMatchObject({
      code: 'payment_not_found',
    })
    await expect(qrOf(open).as('png', 'pay_2')).rejects.toMatchObject({ code: 'payment_not_found' })
  })
})
