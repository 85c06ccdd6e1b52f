import { describe, expect, it } from 'vitest'
import { drawReceipt } from '#receipts/draw-receipt.ts'
import type { ReceiptView } from '#receipts/present-receipt.ts'
import { fontsOf, hasPdfReaders, pictureOfPage, textOfPages } from '../../support/pdf-readers.ts'
import { hasQrReader, readQr } from '../../support/qr-reader.ts'

/** As long as a usual statement. */
const statement = ['eyJhbGciOiJFUzI1NiIs', 'aBcD09_-'.repeat(70), 'c2lnbmF0dXJl'.repeat(7)].join('.')

const aReceipt = (differing: Partial<ReceiptView> = {}): ReceiptView => ({
  id: 'rcp_01JD8Q3V5N7R9T2W4Y6A8C0E1M',
  payment: 'pay_01JD8Q3V5N7R9T2W4Y6A8C0E1G',
  status: 'active',
  reference: 'H38.17-261123-0007:P01',
  dossierCode: 'H38.17-261123-0007',
  procedureCode: '2.000635',
  procedureName: 'Cấp bản sao trích lục hộ tịch',
  payer: { fullName: 'Nguyễn Thị Hoà' },
  collectingUnit: { code: 'H38.17', agencyCode: '000.00.00.H38', name: 'Trung tâm Phục vụ hành chính công' },
  lines: [{ code: 'P01', name: 'Phí cấp bản sao', kind: 'phi', amount: 111_000, instalment: 1 }],
  amount: 111_000,
  currency: 'VND',
  amountInWords: 'Một trăm mười một nghìn đồng',
  refunded: 0,
  refundPending: 0,
  remaining: 111_000,
  portalReference: '01JD8Q3V5N7R9T2W4Y6A',
  portalTransactionId: 'GD0000000001',
  paidAt: '2026-11-23T17:31:07.412Z',
  issuedAt: '2026-11-23T18:00:00.000Z',
  statement,
  verifyUrl: `http://127.0.0.1:8080/verify#${statement}`,
  livemode: true,
  ...differing,
})

const many = Array.from({ length: 40 }, (_, at) => ({
  code: `P${at + 1}`,
  name: `Khoản số ${at + 1}. ${'Phí thẩm định hồ sơ '.repeat(1 + (at % 5))}`.trim(),
  kind: 'le_phi' as const,
  amount: 1_000 + at,
  instalment: 1,
}))

it('is the same bytes for the same receipt', async () => {
  const [one, other] = [await drawReceipt(aReceipt()), await drawReceipt(aReceipt())]
  expect(Buffer.from(one).equals(other)).toBe(true)
  expect(Buffer.from(one).subarray(0, 5).toString()).toBe('%PDF-')
})

describe.skipIf(!hasPdfReaders)('the paper', () => {
  const pagesOf = async (differing: Partial<ReceiptView> = {}) => textOfPages(await drawReceipt(aReceipt(differing)))

  it('says who paid what for which dossier, in figures and in words, at the hour of Việt Nam', async () => {
    const [text = '', ...more] = await pagesOf()
    expect(more).toEqual([])
    for (const said of [
      'GIẤY XÁC NHẬN NỘP PHÍ, LỆ PHÍ',
      'Nguyễn Thị Hoà',
      'Trung tâm Phục vụ hành chính công',
      'H38.17-261123-0007',
      'GD0000000001',
      '111.000 đồng',
      'Một trăm mười một nghìn đồng',
      '24/11/2026 00:31:07',
      'Trang 1/1',
      'không thay thế',
    ]) {
      expect(text).toContain(said)
    }
    expect(text).not.toMatch(/THỬ NGHIỆM|thử nghiệm|HIỆU LỰC|Đã hoàn/)
  })

  it('calls a fine a fine', async () => {
    const lines = many.slice(0, 1).map((line) => ({ ...line, kind: 'fine' as const }))
    expect((await pagesOf({ lines }))[0]).toContain('GIẤY XÁC NHẬN NỘP PHẠT')
  })

  it('is marked where it is worth nothing any more', async () => {
    const [text] = await pagesOf({ status: 'inactive', refunded: 111_000, remaining: 0 })
    expect(text).toContain('KHÔNG CÒN HIỆU LỰC. Toàn bộ 111.000 đồng đã được hoàn trả.')
    expect(text).toMatch(/Còn lại +0 đồng/)
  })

  it('says what was given back, what is being given back, and what stays', async () => {
    const text = (await pagesOf({ refunded: 11_000, refundPending: 20_000, remaining: 100_000 })).join()
    expect(text).toMatch(/Đã hoàn +11\.000 đồng/)
    expect(text).toMatch(/Đang xử lý hoàn +20\.000 đồng/)
    expect(text).toMatch(/Còn lại +100\.000 đồng/)
    expect(text).toContain('chưa có kết quả')
  })

  it('says on every page that it comes from a sandbox', async () => {
    for (const text of await pagesOf({ lines: many, livemode: false })) expect(text).toContain('môi trường thử nghiệm')
  })

  it('leaves out no line of forty, and the total stands with the last of them', async () => {
    const pages = await pagesOf({ lines: many })
    const numbers = [...pages.join('\n').matchAll(/Khoản số (\d+)\./g)].map(([, number]) => Number(number))
    expect(numbers).toEqual(many.map((_, at) => at + 1))
    expect(pages.filter((text) => text.includes('Khoản thu'))).toHaveLength(
      pages.filter((text) => text.includes('Khoản số')).length,
    )
    expect(pages.find((text) => text.includes('Tổng cộng'))).toContain('Khoản số 40.')
    expect(pages.at(-1)).toContain(`Trang ${pages.length}/${pages.length}`)
    expect(pages.at(-1)).toContain('Kiểm tra giấy này')
  })

  it('brings its fonts along', async () => {
    expect(fontsOf(await drawReceipt(aReceipt())).toSorted()).toEqual([
      'BeVietnamPro-Bold: yes',
      'BeVietnamPro-Regular: yes',
      'BeVietnamPro-SemiBold: yes',
    ])
  })

  it.skipIf(!hasQrReader).each([
    ['usual', aReceipt()],
    ['void', aReceipt({ status: 'inactive', refunded: 111_000, remaining: 0 })],
    ['of the densest code', aReceipt({ verifyUrl: `https://gateway.example/verify#${'aZ09_-'.repeat(330)}` })],
  ])('has a code that is read from the printed page: %s', async (_name, receipt) => {
    expect(readQr(pictureOfPage(await drawReceipt(receipt), 1, 200))).toBe(receipt.verifyUrl)
  })
})
