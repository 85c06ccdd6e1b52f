/** What was paid for, line by line over as many pages as it takes, and what it comes to. */
import { figures, kindWords } from './paper-words.ts'
import type { ReceiptLineView, ReceiptView } from './present-receipt.ts'
import { contentWidth, heightOf, ink, page, rule, write, type Lettering, type Sheet } from './sheet.ts'

const columns = {
  number: { x: page.left + 6, width: 18 },
  name: { x: page.left + 28, width: 176 },
  kind: { x: page.left + 210, width: 52 },
  amount: { width: contentWidth - 6, align: 'right' },
} as const

const cell: Lettering = { size: 8.5 }
const headHeight = 19
const padding = 5
/** The code stands small below the name. */
const codeHeight = 10

export function drawLines(sheet: Sheet, receipt: ReceiptView): void {
  drawHead(sheet)
  const sums = refundSums(receipt)
  const last = receipt.lines.length - 1
  for (const [at, line] of receipt.lines.entries()) {
    // The total never stands on a page without the end of its table.
    const room = lineHeight(sheet, line) + (at === last ? totalsHeight(sums) : 0)
    if (sheet.y + room > page.bottom) startPage(sheet)
    drawLine(sheet, at + 1, line)
  }
  drawTotals(sheet, receipt, sums)
}

function drawHead(sheet: Sheet): void {
  const { pdf, y } = sheet
  pdf.roundedRect(page.left, y, contentWidth, headHeight, 3).fill(ink.tint)
  const lettering: Lettering = { face: 'semibold', size: 7.5 }
  write(sheet, 'STT', { x: columns.number.x, y: y + 5 }, lettering)
  write(sheet, 'Khoản thu', { x: columns.name.x, y: y + 5 }, lettering)
  write(sheet, 'Loại', { x: columns.kind.x, y: y + 5 }, lettering)
  writeAmount(sheet, 'Số tiền (đồng)', y + 5, lettering)
  sheet.y = y + headHeight
}

/**
 * The font has no tabular figures, and digits set into cells of one width are read as `1 1 1.000` by whoever copies or searches
 * the text: amounts end at one edge, no more.
 */
function writeAmount(sheet: Sheet, text: string, y: number, lettering: Lettering): void {
  write(sheet, text, { ...columns.amount, y }, lettering)
}

const nameOf = ({ name, instalment }: ReceiptLineView): string => (instalment > 1 ? `${name} (kỳ ${instalment})` : name)

const lineHeight = (sheet: Sheet, line: ReceiptLineView): number =>
  heightOf(sheet, nameOf(line), columns.name.width, cell) + codeHeight + 2 * padding

function drawLine(sheet: Sheet, number: number, line: ReceiptLineView): void {
  const y = sheet.y + padding
  const height = lineHeight(sheet, line)
  write(sheet, String(number), { ...columns.number, y }, { ...cell, colour: ink.soft })
  const nameEnd = write(sheet, nameOf(line), { ...columns.name, y }, cell)
  write(sheet, line.code, { ...columns.name, y: nameEnd }, { size: 6.5, colour: ink.soft })
  write(sheet, kindWords[line.kind], { ...columns.kind, y }, { ...cell, colour: ink.soft })
  writeAmount(sheet, figures(line.amount), y, cell)
  sheet.y += height
  rule(sheet, sheet.y)
}

function startPage(sheet: Sheet): void {
  sheet.pdf.addPage()
  sheet.y = page.top
  drawHead(sheet)
}

type Sum = readonly [label: string, dong: number]

/** Nothing where nothing was ever given back or asked for. */
function refundSums({ refunded, refundPending, remaining }: ReceiptView): readonly Sum[] {
  if (refunded + refundPending === 0) return []
  const sums: readonly Sum[] = [
    ['Đã hoàn', refunded],
    ['Đang xử lý hoàn', refundPending],
  ]
  return [...sums.filter(([, dong]) => dong > 0), ['Còn lại', remaining]]
}

const sumHeight = 14
/** With amounts in words over two lines. */
const totalsHeight = (sums: readonly Sum[]): number => 60 + sums.length * sumHeight

function drawTotals(sheet: Sheet, { amount, amountInWords }: ReceiptView, sums: readonly Sum[]): void {
  const { x } = columns.number
  const y = sheet.y + 9
  write(sheet, 'Tổng cộng', { x, y: y + 3 }, { face: 'semibold', size: 9 })
  const total: Lettering = { face: 'bold', size: 13, colour: ink.red }
  writeAmount(sheet, `${figures(amount)} đồng`, y, total)
  const words: Lettering = { size: 8, colour: ink.soft }
  const inWords = `Bằng chữ: ${amountInWords}.`
  sheet.y = write(sheet, inWords, { x, y: y + 21, width: contentWidth - 12, align: 'right' }, words)
  for (const [label, dong] of sums) {
    const top = sheet.y + 3
    write(sheet, label, { x, y: top }, cell)
    writeAmount(sheet, `${figures(dong)} đồng`, top, cell)
    sheet.y += sumHeight
  }
  sheet.y += 8
}
