/** What every page carries: whose paper it is, which page of how many, and whether it is worth anything. */
import { figures } from './paper-words.ts'
import type { ReceiptView } from './present-receipt.ts'
import { contentWidth, heightOf, ink, page, write, type Lettering, type Sheet } from './sheet.ts'

/** Said in words as well as across the page: a copy may lose the colour. */
export function drawNotices(sheet: Sheet, receipt: ReceiptView): void {
  const { status, refunded, refundPending } = receipt
  if (status === 'inactive') {
    drawNotice(sheet, `KHÔNG CÒN HIỆU LỰC. Toàn bộ ${figures(refunded)} đồng đã được hoàn trả.`)
    return
  }
  const parts = [
    ...(refunded > 0
      ? [`Đã hoàn trả ${figures(refunded)} đồng; giấy này còn hiệu lực với ${figures(receipt.remaining)} đồng.`]
      : []),
    ...(refundPending > 0 ? [`Yêu cầu hoàn ${figures(refundPending)} đồng đang được xử lý, chưa có kết quả.`] : []),
  ]
  if (parts.length > 0) drawNotice(sheet, parts.join(' '))
}

function drawNotice(sheet: Sheet, text: string): void {
  const lettering: Lettering = { face: 'semibold', size: 8.5, colour: ink.red }
  const width = contentWidth - 20
  const height = heightOf(sheet, text, width, lettering) + 12
  sheet.pdf.roundedRect(page.left, sheet.y, contentWidth, height, 4).lineWidth(0.9).stroke(ink.red)
  write(sheet, text, { x: page.left + 10, y: sheet.y + 6, width, align: 'center' }, lettering)
  sheet.y += height + 10
}

/** Last, when it is known how many pages there are. */
export function drawFrames(sheet: Sheet, receipt: ReceiptView): void {
  const { count } = sheet.pdf.bufferedPageRange()
  for (let at = 0; at < count; at += 1) {
    sheet.pdf.switchToPage(at)
    drawEdge(sheet, at === 0)
    drawFoot(sheet, receipt, `Trang ${at + 1}/${count}`)
    if (receipt.status === 'inactive') drawAcross(sheet, 'KHÔNG CÒN HIỆU LỰC', { size: 36, opacity: 0.16 })
    else if (!receipt.livemode) drawAcross(sheet, 'BẢN THỬ NGHIỆM', { size: 42, opacity: 0.07 })
  }
}

function drawEdge(sheet: Sheet, isFirst: boolean): void {
  const { pdf } = sheet
  pdf.rect(0, 0, page.width, 5).fill(ink.red)
  if (isFirst) drawMark(sheet, page.right - 78, page.top)
}

/** As on the pages of this gateway: three systems, one road. */
function drawMark(sheet: Sheet, x: number, y: number): void {
  const { pdf } = sheet
  pdf.save().translate(x, y).scale(0.42)
  pdf.roundedRect(0, 0, 48, 48, 12).fill(ink.red)
  pdf.lineWidth(2.6).lineCap('round')
  pdf.path('M12 13c9 0 9 11 14 11h10').stroke('#f3d9a4')
  pdf.path('M12 24h24').stroke('#f3d9a4')
  pdf.path('M12 35c9 0 9-11 14-11').stroke('#f3d9a4')
  pdf.circle(12, 13, 3.6).circle(12, 24, 3.6).circle(12, 35, 3.6).fill('#f3d9a4')
  pdf.circle(36.5, 24, 4.6).fill('#fff7e6')
  pdf.restore()
  write(sheet, 'Liên Thông', { x: x + 26, y: y + 4 }, { face: 'semibold', size: 8.5 })
}

function drawFoot(sheet: Sheet, { id, livemode }: ReceiptView, pageNumber: string): void {
  const lettering: Lettering = { size: 6.5, colour: ink.soft }
  const nature = livemode
    ? 'Xác nhận của cổng liên thông về khoản đã nộp qua cổng thanh toán; không thay thế biên lai, hoá đơn theo pháp luật về thuế.'
    : 'Phát hành trong môi trường thử nghiệm: không có tiền thật, không có giá trị thanh toán.'
  const y = page.bottom + 12
  write(sheet, nature, { y, width: contentWidth - 60 }, lettering)
  write(sheet, pageNumber, { y, align: 'right' }, lettering)
  write(sheet, id, { y: y + 10, align: 'right' }, lettering)
}

function drawAcross(
  sheet: Sheet,
  text: string,
  { size, opacity }: { readonly size: number; readonly opacity: number },
): void {
  const { pdf } = sheet
  // Above the code at the foot, which must stay black on white.
  const [x, y] = [page.width / 2, page.height / 2 - 45]
  pdf.save().rotate(-38, { origin: [x, y] })
  pdf.font('bold').fontSize(size).fillColor(ink.red, opacity)
  // A picture only: who reads the text has the notice or the foot, and no letters among the lines.
  pdf.markContent('Span', { actual: ' ' })
  pdf.text(text, x - 300, y - size / 2, { width: 600, align: 'center', lineBreak: false })
  pdf.endMarkedContent()
  pdf.restore().fillOpacity(1)
}
