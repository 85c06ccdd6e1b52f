import { execFileSync, spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { drawBill } from '#sandbox/payment-portal/bill.ts'
import { createLedger } from '#sandbox/payment-portal/ledger.ts'
import { receiptLines } from '#sandbox/payment-portal/receipt-lines.ts'

/** Of the operating system, where it is installed. */
const pdfReader = 'pdftotext'

const fee = (name: string, amount: string) => ({
  LoaiPhiLePhi: '1',
  MaPhiLePhi: 'P',
  TenPhiLePhi: name,
  SoTien: amount,
})

function paid(fees: readonly ReturnType<typeof fee>[]) {
  const transaction = createLedger().open({
    reference: 'TPT0000001',
    amount: fees.reduce((sum, { SoTien }) => sum + Number(SoTien), 0),
    currency: 'VND',
    issuedAt: '20260102150405',
    description: 'THANH TOAN',
    receipt: {
      MaDichVu: '2',
      TenDonVi: 'Uỷ ban nhân dân xã Thử Nghiệm',
      MaDonVi: '000.00.00.H00',
      HoTenNguoiNop: 'Nguyễn Thị Hoà',
      TenTTHC: 'Cấp bản sao trích lục hộ tịch',
      MaTTHC: '2.000635',
      PhiLePhi: fees,
      DSKhoanNop: [],
    },
    contentDigest: '',
    transactionId: 'GD1',
    payToken: '',
    payUrl: '',
    vietQr: '',
    openedAtMs: Date.UTC(2026, 0, 2, 8),
  })
  transaction.standing = 'paid'
  return transaction
}

async function pdfOf(fees: readonly ReturnType<typeof fee>[]): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of drawBill(paid(fees))) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const pagesOf = (pdf: Buffer): number => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0

const fifty = Array.from({ length: 50 }, (_, at) => fee(`Khoản ${at + 1}. ${'Phí thẩm định '.repeat(9)}`, '1000'))

describe('the bill', () => {
  it('is one page for a few fees, and more for fifty long ones', async () => {
    expect(pagesOf(await pdfOf([fee('Phí bản sao', '50000')]))).toBe(1)
    expect(pagesOf(await pdfOf(fifty))).toBeGreaterThan(1)
  })

  it('is the same bytes for the same transaction', async () => {
    const fees = [fee('Phí bản sao', '50000')]
    expect((await pdfOf(fees)).equals(await pdfOf(fees))).toBe(true)
  })

  const hasReader = spawnSync(pdfReader, ['-v']).error === undefined
  if (!hasReader) process.stderr.write('SKIPPED: pdftotext is not installed, so nobody reads the text of the bill\n')

  it.skipIf(!hasReader)('holds its Vietnamese as text, not only as shapes', async () => {
    const text = execFileSync(pdfReader, ['-layout', '-', '-'], { input: await pdfOf([fee('Phí bản sao', '50000')]) })
    const lines = text.toString('utf8').normalize('NFC')
    for (const expected of ['BIÊN LAI THU PHÍ, LỆ PHÍ', 'Nguyễn Thị Hoà', '50.000 đồng', 'Năm mươi nghìn đồng']) {
      expect(lines).toContain(expected)
    }
  })

  it.skipIf(!hasReader)('leaves no fee out and no page empty', async () => {
    const text = execFileSync(pdfReader, ['-layout', '-', '-'], { input: await pdfOf(fifty) }).toString('utf8')
    const pages = text.normalize('NFC').split('\f').slice(0, -1)
    for (const page of pages) expect(page).toMatch(/Khoản \d+\.|Tổng cộng/)
    expect([...text.normalize('NFC').matchAll(/Khoản (\d+)\./g)].map(([, at]) => Number(at))).toEqual(
      Array.from({ length: 50 }, (_, at) => at + 1),
    )
  })

  it('lists the sums of a fine where there are no fees', () => {
    expect(receiptLines({ PhiLePhi: [], DSKhoanNop: [{ NoiDung: 'Nộp phạt', SoTien: '750000' }] })).toEqual([
      { name: 'Nộp phạt', kind: 'Tiền phạt', dong: 750_000 },
    ])
  })
})
