/** The pay page as HTML. No script: it works with nothing but a browser. */
import { Html, html } from '../kernel/html.ts'
import { amountDigits, amountWords } from './amount-words.ts'
import { banks, qrBankCode, type Bank } from './banks.ts'
import type { Standing, Transaction } from './ledger.ts'
import { readableLocalTime } from './local-time.ts'
import { icons } from './pay-page-icons.ts'
import { qrSvg } from './qr-matrix.ts'
import { field, receiptLines } from './receipt-lines.ts'

export function renderPayPage(transaction: Transaction, standing: Standing): string {
  return page(html`${summary(transaction)}${standing === 'open' ? choice(transaction) : verdict(standing)}`)
}

export function renderUnknownPage(): string {
  return page(
    html`<section class="card state failed">
      <div class="disc">${icons.cross}</div>
      <h2>Không tìm thấy giao dịch</h2>
      <p>Đường dẫn đã cũ hoặc bị gõ sai. Hãy quay lại cổng dịch vụ và mở lại trang thanh toán từ đó.</p>
    </section>`,
    'alone',
  )
}

function page(content: Html, mainClass = ''): string {
  return html`<!doctype html>
    <html lang="vi">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>Thanh toán phí, lệ phí</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/nen-tang-thanh-toan/trang.css" />
      </head>
      <body>
        <header>
          <div>
            ${icons.lotus}
            <div>
              <strong>Nền tảng thanh toán quốc gia</strong><small>Nộp phí, lệ phí và tiền phạt trực tuyến</small>
            </div>
            <span class="badge">Mô phỏng</span>
          </div>
        </header>
        <main class="${mainClass}">${content}</main>
        <footer>Hệ thống mô phỏng để kiểm thử. Không có đồng tiền thật nào được chuyển ở đây.</footer>
      </body>
    </html> `.text
}

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

const detail = (label: string, value: string): Html =>
  html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`

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
        ${banks.map(bankMethod)}
      </div>
    </fieldset>
    ${qrPanel(transaction)}
    <div class="scene">
      <h2>Bạn đang đóng vai người nộp</h2>
      <p>Chọn điều xảy ra tiếp theo ở ngân hàng.</p>
      <div class="buttons">
        <button class="pay" name="ket-qua" value="paid">${icons.check}Thanh toán thành công</button>
        <button class="fail" name="ket-qua" value="failed">${icons.cross}Ngân hàng từ chối</button>
        <button class="wait" name="ket-qua" value="pending">${icons.clock}Ngân hàng chưa trả lời</button>
        <button class="leave" name="ket-qua" value="leave">Rời trang, chưa thanh toán</button>
      </div>
    </div>
  </form>`
}

const bankMethod = ({ code, name, monogram, colour }: Bank): Html =>
  html`<label class="method">
    <input type="radio" name="cach" value="${code}" />
    <span class="face">
      <svg class="mark" viewBox="0 0 36 36" aria-hidden="true">
        <rect width="36" height="36" rx="9" fill="${colour}" />
        <text x="18" y="23" text-anchor="middle" font-size="13" font-weight="700" fill="#fff">${monogram}</text>
      </svg>
      ${name}
    </span>
  </label>`

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

const told = {
  paid: {
    icon: icons.check,
    title: 'Đã thanh toán',
    text: 'Khoản thu này đã được nộp đủ. Biên lai điện tử được gửi về cổng dịch vụ.',
  },
  failed: {
    icon: icons.cross,
    title: 'Giao dịch không thành công',
    text: 'Giao dịch bị từ chối hoặc đã quá hạn. Tiền chưa được thu; hãy tạo lại thanh toán từ cổng dịch vụ.',
  },
  bank_pending: {
    icon: icons.clock,
    title: 'Ngân hàng đang xử lý',
    text: 'Đừng thanh toán lần nữa. Kết quả sẽ được báo về cổng dịch vụ ngay khi ngân hàng trả lời.',
  },
} as const

function verdict(standing: Exclude<Standing, 'open'>): Html {
  const { icon, title, text } = told[standing]
  return html`<section class="card state ${standing}">
    <div class="disc">${icon}</div>
    <h2>${title}</h2>
    <p>${text}</p>
    <form method="post"><button class="pay" name="ket-qua" value="back">Về cổng dịch vụ</button></form>
  </section>`
}
