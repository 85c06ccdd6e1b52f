/** The pay page as HTML. No script: it works with nothing but a browser. */
import { Html, html } from '../kernel/html.ts'
import { amountDigits, amountWords } from '../paying/amount-words.ts'
import { qrBankCode } from '../paying/banks.ts'
import {
  bankMethods,
  detail,
  framed,
  renderUnknownPage,
  scene,
  verdict,
  type PortalFace,
} from '../paying/pay-page-frame.ts'
import type { Standing } from '../paying/standing.ts'
import type { Transaction } from './ledger.ts'
import { readableLocalTime } from '../paying/local-time.ts'
import { icons } from '../paying/pay-page-icons.ts'
import { qrSvg } from './qr-matrix.ts'
import { field, receiptLines } from './receipt-lines.ts'

const face: PortalFace = {
  name: 'Nền tảng thanh toán quốc gia',
  motto: 'Nộp phí, lệ phí và tiền phạt trực tuyến',
  assets: '/nen-tang-thanh-toan',
}

export const renderPayPage = (transaction: Transaction, standing: Standing): string =>
  framed(face, html`${summary(transaction)}${standing === 'open' ? choice(transaction) : verdict(standing)}`)

export const renderUnknown = (): string => renderUnknownPage(face)

function summary(transaction: Transaction): Html {
  const receipt = (name: string) => field(transaction.receipt, name)
  const lines = receiptLines(transaction.receipt).map(
    ({ name, kind, dong }) =>
      html`<li>
        <span>${name}<small>${kind}</small></span
        ><b>${amountDigits(dong)} đ</b>
      </li>`,
  )
  return html`<section class="card" aria-label="Thông tin khoản thu">
    <p class="eyebrow">Thủ tục ${receipt('MaTTHC')}</p>
    <h1>${receipt('TenTTHC')}</h1>
    <div class="total">
      <span>Số tiền phải nộp</span><strong>${amountDigits(transaction.amount)} đồng</strong>
      <em>${amountWords(transaction.amount)}</em>
    </div>
    <ul class="lines">
      ${lines}
    </ul>
    <dl>
      ${detail('Người nộp', receipt('HoTenNguoiNop'))} ${detail('Mã hồ sơ', receipt('MaHoSo'))}
      ${detail('Đơn vị thu', receipt('TenDonVi'))} ${detail('Mã tham chiếu', transaction.reference)}
      ${detail('Hạn thanh toán', readableLocalTime(transaction.validUntilMs))}
    </dl>
  </section>`
}

function choice(transaction: Transaction): Html {
  return html`<form class="card" method="post" aria-label="Chọn cách thanh toán">
    <fieldset>
      <legend><h2>Chọn cách thanh toán</h2></legend>
      <div class="methods">
        <label class="method wide">
          <input type="radio" name="cach" value="${qrBankCode}" id="cach-qr" checked />
          <span class="face">
            <span class="mark">${icons.qr}</span>
            <span>Quét mã VietQR<small>Bằng ứng dụng của bất kỳ ngân hàng nào</small></span>
          </span>
        </label>
        ${bankMethods()}
      </div>
    </fieldset>
    ${qrPanel(transaction)} ${scene}
  </form>`
}

function qrPanel(transaction: Transaction): Html {
  return html`<div class="qr">
    <figure>${new Html(qrSvg(transaction.vietQr, 'Mã VietQR của giao dịch này'))}</figure>
    <div>
      <h2>Quét và xác nhận</h2>
      <ol>
        <li>Mở ứng dụng ngân hàng, chọn quét mã QR.</li>
        <li>Kiểm tra số tiền ${amountDigits(transaction.amount)} đồng.</li>
        <li>Xác nhận; trang này không cần làm gì thêm.</li>
      </ol>
      <p class="note">
        Mã đúng chuẩn VietQR nhưng số ngân hàng trong mã không thuộc về ai, nên không thể chuyển tiền thật.
      </p>
    </div>
  </div>`
}
