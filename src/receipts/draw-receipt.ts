/** A receipt as a sheet of paper: read from the top as a clerk would, and checked with the code at its foot. */
import { loadFonts } from './fonts.ts'
import { drawProof } from './draw-proof.ts'
import { drawFrames, drawNotices } from './draw-frame.ts'
import { drawLines } from './draw-lines.ts'
import type { ReceiptView } from './present-receipt.ts'
import { closeSheet, ink, openSheet, page, contentWidth, write, type Sheet } from './sheet.ts'
import { localTime } from './paper-words.ts'

export async function drawReceipt(receipt: ReceiptView): Promise<Uint8Array> {
  const sheet = openSheet({
    title: `Giấy xác nhận ${receipt.id}`,
    createdAtMs: Date.parse(receipt.issuedAt),
    fonts: await loadFonts(),
  })
  drawHead(sheet, receipt)
  drawNotices(sheet, receipt)
  drawFacts(sheet, receipt)
  drawLines(sheet, receipt)
  drawProof(sheet, receipt)
  drawFrames(sheet, receipt)
  return closeSheet(sheet)
}

function drawHead(sheet: Sheet, { collectingUnit, lines, id }: ReceiptView): void {
  const { name, agencyCode, code } = collectingUnit
  sheet.y = write(sheet, name ?? code, { y: sheet.y, width: 235 }, { face: 'semibold', size: 9.5 })
  sheet.y = write(
    sheet,
    `Mã đơn vị: ${agencyCode ?? code}`,
    { y: sheet.y, width: 235 },
    { size: 7.5, colour: ink.soft },
  )
  const isFine = lines.some(({ kind }) => kind === 'fine')
  const title = isFine ? 'GIẤY XÁC NHẬN NỘP PHẠT' : 'GIẤY XÁC NHẬN NỘP PHÍ, LỆ PHÍ'
  sheet.y = write(sheet, title, { y: sheet.y + 20, align: 'center' }, { face: 'bold', size: 15, colour: ink.red })
  sheet.y = write(sheet, `Số ${id}`, { y: sheet.y + 1, align: 'center' }, { size: 7.5, colour: ink.soft })
  sheet.y += 12
}

function drawFacts(sheet: Sheet, receipt: ReceiptView): void {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Người nộp', receipt.payer.fullName],
    ['Thủ tục', `${receipt.procedureName} (${receipt.procedureCode})`],
    ['Mã hồ sơ', receipt.dossierCode],
    ['Mã khoản thu', receipt.reference],
    ['Mã tham chiếu', receipt.portalReference],
    ['Mã giao dịch', receipt.portalTransactionId],
    ['Ghi nhận đã nộp', `${localTime(receipt.paidAt)} (giờ Việt Nam)`],
  ]
  for (const [label, value] of facts) if (value !== undefined) drawFact(sheet, label, value)
  sheet.y += 8
}

const labelWidth = 88

function drawFact(sheet: Sheet, label: string, value: string): void {
  const isPayer = label === 'Người nộp'
  write(sheet, label, { y: sheet.y, width: labelWidth }, { size: 8.5, colour: ink.soft })
  const end = write(
    sheet,
    value,
    { x: page.left + labelWidth, y: sheet.y, width: contentWidth - labelWidth },
    { face: isPayer ? 'semibold' : 'regular', size: 8.5 },
  )
  sheet.y = end + 2.5
}
