/** PayGov's receipt as a PDF: plainer than the payment platform's bill, and just as void. */
import PdfDocument from 'pdfkit'
import { amountDigits, amountWords } from '../paying/amount-words.ts'
import { bankName } from '../paying/banks.ts'
import { fontFaces, fontFile } from '../paying/fonts.ts'
import { readableLocalTime } from '../paying/local-time.ts'
import type { Order } from './ledger.ts'

export interface ReceiptTexts {
  readonly unit: string
  readonly unitCode: string
  /** Label and value; empty ones are left out. */
  readonly rows: readonly (readonly [string, string])[]
}

const ink = '#1d2733'
const faint = '#66717d'
const sea = '#14597a'

const left = 56
const width = 483

type Document = InstanceType<typeof PdfDocument>

/** Ends the document itself. Only for a paid order. */
export function drawReceipt(order: Order, { unit, unitCode, rows }: ReceiptTexts): Document {
  const paidAtMs = order.settledAtMs ?? order.openedAtMs
  const doc = new PdfDocument({
    size: 'A4',
    margin: 56,
    info: {
      Title: `Biên lai ${order.transactionId}`,
      Author: 'PayGov (mô phỏng)',
      CreationDate: new Date(paidAtMs),
    },
  })
  for (const face of fontFaces) doc.registerFont(face, fontFile(face))
  doc.rect(0, 0, 595.28, 8).fill(sea)
  doc.font('semibold').fontSize(11).fillColor(ink).text(unit, left, 44, { width })
  doc.font('regular').fontSize(9).fillColor(faint).text(`Mã đơn vị ${unitCode}`)
  doc
    .font('bold')
    .fontSize(19)
    .fillColor(sea)
    .text('BIÊN LAI THANH TOÁN ĐIỆN TỬ', left, 104, { width, align: 'center' })
  doc.font('regular').fontSize(9).fillColor(faint).text('PayGov (mô phỏng)', { width, align: 'center' })
  doc.y = 164
  drawRows(doc, [
    ...rows,
    ['Số tiền', `${amountDigits(order.amount)} đồng`],
    ['Bằng chữ', amountWords(order.amount)],
    ['Hình thức', bankName(order.bank)],
    ['Lúc', readableLocalTime(paidAtMs)],
    ['Mã giao dịch', order.transactionId],
    ['Mã yêu cầu', order.reference],
  ])
  doc.font('regular').fontSize(8).fillColor(faint)
  doc.text(
    'Biên lai do hệ thống mô phỏng phát hành để kiểm thử, không có giá trị thanh toán và không phải chứng từ kế toán.',
    left,
    770,
    { width, align: 'center', lineBreak: false },
  )
  doc.end()
  return doc
}

function drawRows(doc: Document, rows: ReceiptTexts['rows']): void {
  for (const [label, value] of rows.filter(([, text]) => text !== '')) {
    const top = doc.y
    doc.font('regular').fontSize(10).fillColor(faint).text(label, left, top, { width: 110 })
    doc
      .font('medium')
      .fillColor(ink)
      .text(value, left + 120, top, { width: width - 120 })
    doc.y += 8
  }
}
