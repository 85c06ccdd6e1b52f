/** The code at the foot, and what to do with it. */
import QRCode from 'qrcode'
import type { ReceiptView } from './present-receipt.ts'
import { localTime } from './paper-words.ts'
import { ink, page, write, type Sheet } from './sheet.ts'

/** 0.4 mm a module: what an ordinary telephone still reads at arm's length, on paper that was folded. */
const moduleSide = 1.15
const smallestSide = 118
const gap = 16

export function drawProof(sheet: Sheet, receipt: ReceiptView): void {
  const { modules } = QRCode.create(receipt.verifyUrl, { errorCorrectionLevel: 'M' })
  const side = Math.max(smallestSide, modules.size * moduleSide)
  if (sheet.y + side + 10 > page.bottom) {
    sheet.pdf.addPage()
    sheet.y = page.top
  }
  const top = Math.max(sheet.y + 6, page.bottom - side)
  drawModules(sheet, modules, { x: page.left, y: top, side })
  drawAdvice(sheet, receipt, { x: page.left + side + gap, top })
}

interface Square {
  readonly x: number
  readonly y: number
  readonly side: number
}

/** Whole runs of a row: squares drawn one by one show hairlines between them on some screens. */
function drawModules({ pdf }: Sheet, modules: QRCode.BitMatrix, { x, y, side }: Square): void {
  const unit = side / modules.size
  for (let row = 0; row < modules.size; row += 1) {
    let start = 0
    for (let column = 0; column <= modules.size; column += 1) {
      const isDark = column < modules.size && modules.get(row, column) === 1
      if (isDark) continue
      if (column > start) pdf.rect(x + start * unit, y + row * unit, (column - start) * unit, unit)
      start = column + 1
    }
  }
  pdf.fill('#000000')
}

function drawAdvice(
  sheet: Sheet,
  receipt: ReceiptView,
  { x, top }: { readonly x: number; readonly top: number },
): void {
  const soft = { size: 7.5, colour: ink.soft } as const
  let y = write(sheet, 'Kiểm tra giấy này', { x, y: top - 2 }, { face: 'semibold', size: 9 })
  y = write(
    sheet,
    'Quét mã bằng điện thoại. Trang kiểm tra mở ra và đối chiếu chữ ký ngay trên máy của người quét; nội dung không được gửi đi đâu.',
    { x, y: y + 3 },
    soft,
  )
  y = write(
    sheet,
    'So số tiền, mã hồ sơ và mã giao dịch hiện trên trang với bản này. Mã không chứa tên người nộp.',
    { x, y: y + 4 },
    soft,
  )
  y = write(
    sheet,
    'Việc hoàn tiền hoặc điều chỉnh sau lúc ký không thể hiện trong mã; đơn vị thu tra cứu được trạng thái hiện tại.',
    { x, y: y + 4 },
    soft,
  )
  write(sheet, `Ký số lúc ${localTime(receipt.issuedAt)}`, { x, y: y + 6 }, { face: 'semibold', size: 7.5 })
}
