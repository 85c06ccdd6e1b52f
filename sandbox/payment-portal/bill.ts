/** GET_BILL: the platform's receipt as a PDF, written to the answer while it is drawn. */
import PdfDocument from 'pdfkit'
import { amountDigits, amountWords } from '../paying/amount-words.ts'
import { bankName } from '../paying/banks.ts'
import { fontFaces, fontFile } from '../paying/fonts.ts'
import type { Transaction } from './ledger.ts'
import { readableLocalTime } from '../paying/local-time.ts'
import { qrMatrix } from './qr-matrix.ts'
import { field, receiptLines } from './receipt-lines.ts'
import type { Message } from './signing.ts'

const ink = '#2b2320'
const faint = '#7c6f68'
const lacquer = '#9f2d20'
const gold = '#c99a3b'
const hairline = '#e6dcd2'
const paper = '#fbf8f3'

const left = 52
const right = 543
const width = right - left
const pageBottom = 760

type Document = InstanceType<typeof PdfDocument>

/** Ends the document itself; the caller pipes it. Only for a paid transaction. */
export function drawBill(transaction: Transaction): Document {
  const doc = new PdfDocument({
    size: 'A4',
    margin: 0,
    info: {
      Title: `Biên lai ${transaction.reference}`,
      Author: 'Nền tảng thanh toán (mô phỏng)',
      CreationDate: new Date(transaction.settledAtMs ?? transaction.openedAtMs),
    },
  })
  for (const face of fontFaces) doc.registerFont(face, fontFile(face))
  drawPaper(doc)
  drawHead(doc, transaction)
  drawPayer(doc, transaction.receipt)
  drawLines(doc, transaction)
  drawProof(doc, transaction)
  doc.end()
  return doc
}

function drawPaper(doc: Document): void {
  doc.rect(0, 0, 595.28, 10).fill(lacquer)
  doc.rect(0, 10, 595.28, 2.5).fill(gold)
  doc.save().rotate(-32, { origin: [297, 440] })
  doc.font('bold').fontSize(60).fillColor(lacquer, 0.045)
  doc.text('MÔ PHỎNG', 0, 380, { width: 595, align: 'center', lineBreak: false })
  doc.restore().fillOpacity(1)
  doc.font('regular').fontSize(7.5).fillColor(faint)
  doc.text(
    'Biên lai do hệ thống mô phỏng phát hành để kiểm thử, không có giá trị thanh toán và không phải chứng từ kế toán.',
    left,
    806,
    { width, align: 'center', lineBreak: false },
  )
  doc.y = 0
}

function drawHead(doc: Document, { receipt, transactionId, settledAtMs, openedAtMs }: Transaction): void {
  const rightWidth = 160
  const leftWidth = width - rightWidth - 24
  doc.font('semibold').fontSize(10.5).fillColor(ink)
  // Three lines at most: below them stands the title.
  doc.text(field(receipt, 'TenDonVi'), left, 42, { width: leftWidth, height: 42, ellipsis: true })
  doc.font('regular').fontSize(8.5).fillColor(faint)
  doc.text(`Mã đơn vị ${field(receipt, 'MaDonVi')}`, left, doc.y + 2, { width: leftWidth })
  doc.text('Mã giao dịch', right - rightWidth, 42, { width: rightWidth, align: 'right' })
  doc.font('semibold').fontSize(10.5).fillColor(ink)
  doc.text(transactionId, right - rightWidth, doc.y + 1, { width: rightWidth, align: 'right' })
  doc.font('regular').fontSize(8.5).fillColor(faint)
  doc.text(readableLocalTime(settledAtMs ?? openedAtMs), right - rightWidth, doc.y + 2, {
    width: rightWidth,
    align: 'right',
  })

  const isFine = field(receipt, 'MaDichVu') === '1'
  doc.font('bold').fontSize(21).fillColor(lacquer)
  doc.text(isFine ? 'BIÊN LAI THU TIỀN PHẠT' : 'BIÊN LAI THU PHÍ, LỆ PHÍ', left, 112, { width, align: 'center' })
  doc.font('regular').fontSize(9.5).fillColor(faint)
  doc.text('Bản điện tử · Nền tảng thanh toán quốc gia (mô phỏng)', left, 142, { width, align: 'center' })
  doc
    .moveTo(297.6 - 26, 164)
    .lineTo(297.6 + 26, 164)
    .lineWidth(1.6)
    .stroke(gold)
  doc.y = 182
}

function drawPayer(doc: Document, receipt: Message): void {
  const rows: readonly (readonly [string, string])[] = [
    ['Người nộp', field(receipt, 'HoTenNguoiNop')],
    ['Số giấy tờ', field(receipt, 'SoCMNDNguoiNop')],
    ['Địa chỉ', field(receipt, 'DiaChiNguoiNop')],
    ['Thủ tục', `${field(receipt, 'TenTTHC')} (${field(receipt, 'MaTTHC')})`],
    ['Mã hồ sơ', field(receipt, 'MaHoSo')],
    ['Quyết định', [field(receipt, 'SoQD'), field(receipt, 'NgayQD')].filter(Boolean).join(', ')],
    ['Nội dung', field(receipt, 'NoiDungThanhToan')],
  ]
  for (const [label, value] of rows.filter(([, value]) => value !== '')) {
    const top = doc.y
    doc.font('regular').fontSize(9.5).fillColor(faint).text(label, left, top, { width: 90 })
    doc.font(label === 'Người nộp' ? 'semibold' : 'regular').fillColor(ink)
    doc.text(value, left + 96, top, { width: width - 96 })
    doc.y += 5
  }
  doc.y += 10
}

function drawLines(doc: Document, { receipt, amount }: Transaction): void {
  drawTableHead(doc)
  for (const [at, { name, kind, dong }] of receiptLines(receipt).entries()) {
    const height = Math.max(15, doc.font('regular').fontSize(10).heightOfString(name, { width: 270 })) + 13
    if (doc.y + height > pageBottom) {
      startPage(doc)
      drawTableHead(doc)
    }
    const top = doc.y + 7
    doc
      .font('regular')
      .fontSize(10)
      .fillColor(faint)
      .text(String(at + 1), left + 10, top, { width: 24 })
    doc.fillColor(ink).text(name, left + 38, top, { width: 270 })
    doc.fillColor(faint).text(kind, left + 318, top, { width: 62 })
    doc
      .font('medium')
      .fillColor(ink)
      .text(amountDigits(dong), right - 110, top, { width: 100, align: 'right' })
    doc.y = top - 7 + height
    doc.moveTo(left, doc.y).lineTo(right, doc.y).lineWidth(0.6).stroke(hairline)
  }
  drawTotal(doc, amount)
}

function drawTableHead(doc: Document): void {
  const top = doc.y
  doc.roundedRect(left, top, width, 24, 4).fill('#f3ebe1')
  doc.font('semibold').fontSize(8.5).fillColor(ink)
  doc.text('STT', left + 10, top + 7, { width: 26, lineBreak: false })
  doc.text('Khoản thu', left + 38, top + 7, { width: 250, lineBreak: false })
  doc.text('Loại', left + 318, top + 7, { width: 62, lineBreak: false })
  doc.text('Số tiền (đồng)', right - 110, top + 7, { width: 100, align: 'right', lineBreak: false })
  doc.y = top + 26
}

function drawTotal(doc: Document, amount: number): void {
  // Total, proof and stamp stay together.
  if (doc.y + 220 > pageBottom) startPage(doc)
  const top = doc.y + 14
  doc.roundedRect(left, top, width, 62, 6).fillAndStroke(paper, hairline)
  doc
    .font('medium')
    .fontSize(10.5)
    .fillColor(ink)
    .text('Tổng cộng', left + 16, top + 13, { width: 120 })
  doc.font('bold').fontSize(17).fillColor(lacquer)
  doc.text(`${amountDigits(amount)} đồng`, left + 130, top + 8, { width: width - 146, align: 'right' })
  doc.font('regular').fontSize(9.5).fillColor(faint)
  doc.text(`Bằng chữ: ${amountWords(amount)}`, left + 16, top + 37, { width: width - 32, align: 'right' })
  doc.y = top + 62
}

function drawProof(doc: Document, transaction: Transaction): void {
  const top = doc.y + 30
  const rows: readonly (readonly [string, string])[] = [
    ['Mã tham chiếu', transaction.reference],
    ['Hình thức', bankName(transaction.bank)],
    ['Thụ hưởng', field(transaction.receipt, 'TenTKThuHuong')],
    ['Tài khoản', `${field(transaction.receipt, 'TKThuHuong')} · ${field(transaction.receipt, 'MaNHThuHuong')}`],
  ]
  doc.y = top
  for (const [label, value] of rows) {
    const rowTop = doc.y
    doc.font('regular').fontSize(9).fillColor(faint).text(label, left, rowTop, { width: 80 })
    doc
      .font('medium')
      .fillColor(ink)
      .text(value, left + 84, rowTop, { width: 190 })
    doc.y += 5
  }
  drawQr(doc, { text: transaction.reference, x: right - 96, y: top - 4, side: 96 })
  doc.font('regular').fontSize(7.5).fillColor(faint)
  doc.text('Quét để lấy mã tham chiếu', right - 130, top + 98, { width: 164, align: 'center', lineBreak: false })
  drawStamp(doc, right - 178, top + 42)
}

function drawStamp(doc: Document, x: number, y: number): void {
  doc.save().rotate(-11, { origin: [x, y] })
  doc
    .roundedRect(x - 62, y - 21, 124, 42, 6)
    .lineWidth(1.8)
    .strokeColor(lacquer, 0.75)
    .stroke()
  doc
    .roundedRect(x - 58.5, y - 17.5, 117, 35, 4)
    .lineWidth(0.7)
    .stroke()
  doc.font('bold').fontSize(14).fillColor(lacquer, 0.8)
  doc.text('ĐÃ THU TIỀN', x - 62, y - 10, { width: 124, align: 'center', lineBreak: false })
  doc.restore().fillOpacity(1).strokeOpacity(1)
}

function drawQr(doc: Document, { text, x, y, side }: { text: string; x: number; y: number; side: number }): void {
  const { size, isDark } = qrMatrix(text)
  const unit = side / size
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (isDark(row, column)) doc.rect(x + column * unit, y + row * unit, unit, unit)
    }
  }
  doc.fill(ink)
}

function startPage(doc: Document): void {
  doc.addPage()
  drawPaper(doc)
  doc.y = 48
}
