import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { money } from '#domain/money.ts'
import { attemptStates } from '#domain/payment.ts'
import type { ReceiptClaims } from '#domain/receipt.ts'
import { createEvidenceSigner } from '#evidence/evidence-signer.ts'
import { createGetReceipt } from '#receipts/get-receipt.ts'
import { receiptClaims } from '#receipts/receipt-claims.ts'
import { aPayment, noon } from '../../support/a-payment.ts'
import { aRequest } from '../../support/a-request.ts'
import { paymentHouse, type PaymentHouse } from '../../support/payment-house.ts'
import { aSigningKey, signingKeysOf } from '../../support/signing-keys.ts'

const publicUrl = 'https://gateway.example'

function receiptOffice(house: PaymentHouse) {
  const { clock, accountability, store } = house
  const signer = createEvidenceSigner({ keys: signingKeysOf(aSigningKey()), issuer: publicUrl, clock })
  const { unit, livemode, ids } = house.deps
  const { payments, receipts, unitOfWork } = store
  return createGetReceipt({
    payments,
    receipts,
    unitOfWork,
    accountability,
    signer,
    unit,
    livemode,
    publicUrl,
    clock,
    ids,
  })
}

async function aPaidHouse() {
  const house = paymentHouse()
  const paid = await house.paid()
  return { house, paid, getReceipt: receiptOffice(house) }
}

const partsOf = (statement: string) =>
  statement
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown)
const claimsOf = (statement: string) => partsOf(statement)[1] as ReceiptClaims

describe('the receipt of a payment', () => {
  it('says what was paid, and states it under the evidence key without naming anybody', async () => {
    const { paid, getReceipt } = await aPaidHouse()
    const receipt = await getReceipt(paid.id, aRequest())
    expect(receipt).toMatchObject({
      payment: paid.id,
      status: 'active',
      payer: { fullName: 'Nguyễn Thị Hoà' },
      collectingUnit: { code: 'H38.17', agencyCode: '000.00.00.H38', name: 'Văn phòng một cửa' },
      amount: 50_000,
      amountInWords: 'Năm mươi nghìn đồng',
      refunded: 0,
      refundPending: 0,
      remaining: 50_000,
      verifyUrl: `${publicUrl}/verify#${receipt.statement}`,
      livemode: false,
    })
    const [header, claims] = partsOf(receipt.statement)
    expect(header).toEqual({ alg: 'ES256', typ: 'receipt+jwt', kid: 'key-1' })
    expect(claims).toEqual({
      iss: publicUrl,
      iat: Math.floor(Date.parse(receipt.issuedAt) / 1_000),
      jti: receipt.id,
      sub: paid.id,
      status: 'active',
      reference: paid.reference,
      dossier: 'H38.17-261123-0007',
      unit: 'H38.17',
      total: 50_000,
      refunded: 0,
      lines: [['P01', 'phi', 50_000]],
      paid_at: Math.floor(Date.parse(receipt.paidAt) / 1_000),
      portal_reference: paid.attempt.portalReference,
      portal_transaction: receipt.portalTransactionId,
      livemode: false,
    })
    expect(JSON.stringify(claims)).not.toMatch(/Nguyễn|015185000011/)
  })

  it('is dated when the portal’s word arrived, whenever it is asked for', async () => {
    const { house, paid, getReceipt } = await aPaidHouse()
    const paidAtMs = house.clock.nowMs()
    house.clock.advance(86_400_000)
    const { paidAt, issuedAt } = await getReceipt(paid.id, aRequest())
    expect(Date.parse(paidAt)).toBeLessThanOrEqual(paidAtMs)
    expect(Date.parse(issuedAt)).toBe(paidAtMs + 86_400_000)
  })

  it('is the same for ever, however often and by however many it is asked for', async () => {
    const { house, paid, getReceipt } = await aPaidHouse()
    const [one, other] = await Promise.all([getReceipt(paid.id, aRequest()), getReceipt(paid.id, aRequest())])
    house.clock.advance(86_400_000)
    expect([other, await receiptOffice(house)(paid.id, aRequest())]).toEqual([one, one])
  })

  it('is another one after part of it was given back, and void after all of it', async () => {
    const { house, paid, getReceipt } = await aPaidHouse()
    const first = await getReceipt(paid.id, aRequest())
    await house.refund(paid.id)
    await house.drain()
    const partly = await getReceipt(paid.id, aRequest())
    expect(partly).toMatchObject({ status: 'active', refunded: 20_000, remaining: 30_000 })
    expect(claimsOf(partly.statement)).toMatchObject({ status: 'active', refunded: 20_000, jti: partly.id })
    expect(partly.id).not.toBe(first.id)

    const { answer } = await house.refund(paid.id, { amount: 30_000, expectedRefundable: 30_000 }, 'key-2')
    const rest = JSON.parse(answer.body) as { readonly id: string; readonly payment: string }
    expect(await getReceipt(paid.id, aRequest())).toMatchObject({ refundPending: 30_000, id: partly.id })
    await house.approve(rest)
    await house.drain()
    const none = await getReceipt(paid.id, aRequest())
    expect(none).toMatchObject({ status: 'inactive', refunded: 50_000, refundPending: 0, remaining: 0 })
    expect(claimsOf(none.statement)).toMatchObject({ status: 'inactive', refunded: 50_000 })
  })

  it('does not leave without its record', async () => {
    const { house, paid, getReceipt } = await aPaidHouse()
    const shown = () => house.accountability.steps.filter(({ action }) => action === 'getReceipt')
    await getReceipt(paid.id, aRequest())
    expect(shown()).toMatchObject([
      { kind: 'lookup', subject: { type: 'payment', value: paid.id }, categories: ['fullName'] },
    ])
    const unitOfWork = {
      commit: () => Promise.reject(Object.assign(new Error('away'), { code: 'storage_unavailable' })),
    }
    const office = receiptOffice({ ...house, store: { ...house.store, unitOfWork } })
    await expect(office(paid.id, aRequest())).rejects.toMatchObject({ code: 'storage_unavailable' })
  })

  it.each(attemptStates.filter((state) => state !== 'paid'))('is refused while the attempt is %s', async (state) => {
    const { house } = await aPaidHouse()
    const payments = { ...house.store.payments, find: async () => aPayment({ state }) }
    const office = receiptOffice({ ...house, store: { ...house.store, payments } })
    const isDoubtful = state === 'in_doubt' || state === 'cancelling'
    await expect(office('pay_1', aRequest())).rejects.toMatchObject(
      isDoubtful ? { code: 'outcome_unknown' } : { code: 'payment_not_paid', details: { state } },
    )
  })

  it('of another tenant is not there', async () => {
    const { paid, getReceipt } = await aPaidHouse()
    const principal = { ...aRequest().principal, tenant: 'elsewhere' }
    await expect(getReceipt(paid.id, aRequest({ principal }))).rejects.toMatchObject({ code: 'payment_not_found' })
  })
})

describe('what the receipt states', () => {
  const issue = { id: 'rcp_1', issuer: publicUrl, paidAtMs: noon, issuedAtMs: noon, livemode: true }
  const linesOf = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      code: `P${at}`,
      name: 'Phí',
      kind: 'phi' as const,
      amount: money(1_000 + at),
      instalment: 1,
    }))

  it('is every line while they fit into a code, and beyond that their digest', () => {
    const few = receiptClaims(aPayment({ state: 'paid' }, { lines: linesOf(20) }), issue)
    expect(few.lines).toHaveLength(20)
    const {
      lines,
      lines_sha256: digest,
      line_count: count,
    } = receiptClaims(aPayment({ state: 'paid' }, { lines: linesOf(50) }), issue)
    const text = JSON.stringify(linesOf(50).map(({ code, kind, amount }) => [code, kind, Number(amount.dong)]))
    expect([lines, count, digest]).toEqual([undefined, 50, createHash('sha256').update(text).digest('base64url')])
  })

  it('fits into a code whatever the payment is called', () => {
    const wide = (length: number) => '“'.repeat(length)
    const claims = receiptClaims(
      aPayment(
        { state: 'paid', portalTransactionId: 'G'.repeat(50) },
        { reference: wide(100), dossierCode: wide(64), collectingUnit: 'U'.repeat(64), lines: linesOf(50) },
      ),
      { ...issue, id: `rcp_${'0'.repeat(26)}`, issuer: 'https://a-rather-long-name.gateway.province.example' },
    )
    const payload = Buffer.byteLength(JSON.stringify(claims))
    const length = Math.ceil((payload * 4) / 3) + 140 + 86 + 60
    // A code of version 40 at level M holds 2,331 bytes.
    expect(length).toBeLessThan(2_331)
  })
})
