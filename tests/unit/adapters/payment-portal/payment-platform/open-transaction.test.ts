import { encodeOrder } from '#adapters/payment-portal/payment-platform/open-transaction.ts'
import { describe, expect, it } from 'vitest'
import { anOrder } from '../../../../support/an-order.ts'

const account = { partnerCode: 'TESTPARTNER', secret: 'test-secret' }
type Message = Record<string, string> & { readonly ThongTinBienLai: Record<string, string> }
const encoded = (...order: Parameters<typeof anOrder>) => JSON.parse(encodeOrder(anOrder(...order), account)) as Message

describe('INIT', () => {
  it.each([
    ['2026-11-23T15:04:05+07:00', '20261123150405'],
    ['2026-11-23T00:00:00+07:00', '20261123000000'],
    ['2026-11-23T23:59:59.999+07:00', '20261123235959'],
    ['2026-12-31T17:00:00Z', '20270101000000'],
  ])('says %s as %s, whatever the machine thinks where it is', (instant, expected) => {
    expect(encoded({ issuedAtMs: Date.parse(instant) })['ThoiGianGD']).toBe(expected)
  })

  it('says what it is for without accents, separators or anything a checksum could trip over', () => {
    const dossierCode = 'H38|Đặc–biệt\n0007 – ẨN'
    expect(encoded({ dossierCode })['ThongTinGiaoDich']).toBe('THANH TOAN HO SO H38 Dac biet 0007   AN')
    expect(encoded({ dossierCode: 'x'.repeat(400) })['ThongTinGiaoDich']).toHaveLength(255)
  })

  it('keeps accents where people read, and cuts long names by characters', () => {
    const procedureName = `${'ẩ'.repeat(249)}😀😀`
    const { ThongTinBienLai } = encoded({ procedureName })
    expect(ThongTinBienLai['TenTTHC']).toBe(`${'ẩ'.repeat(249)}😀`)
    expect(ThongTinBienLai['TenTTHC']?.isWellFormed()).toBe(true)
  })

  it('sends no place-holder for a payer without a number', () => {
    const { ThongTinBienLai } = encoded({ payer: { fullName: 'Vàng A Páo' } })
    expect(ThongTinBienLai).toMatchObject({
      SoCMNDNguoiNop: '',
      DiaChiNguoiNop: '',
      HuyenNguoiNop: '',
      TinhNguoiNop: '',
    })
  })

  it('writes amounts as digits, however large', () => {
    const amount = { dong: 999_999_999_999n }
    const lines = [{ code: 'P01', name: 'Phí', kind: 'phi', amount }] as const
    expect(encoded({ amount, lines })).toMatchObject({
      SoTien: '999999999999',
      ThongTinBienLai: { PhiLePhi: [{ LoaiPhiLePhi: '1', SoTien: '999999999999' }], DSKhoanNop: [] },
    })
  })

  it('is never sent as a fine without its decision, or as a fee with one', () => {
    const lines = [{ code: 'F01', name: 'Tiền phạt', kind: 'fine', amount: { dong: 50_000n } }] as const
    expect(() => encoded({ lines })).toThrow(TypeError)
  })
})
