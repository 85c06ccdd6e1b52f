/** The frame of a pay page, and the parts that both portals' pages are made of. No script: nothing but a browser is needed. */
import { html, type Html } from '../kernel/html.ts'
import { banks, type Bank } from './banks.ts'
import { icons } from './pay-page-icons.ts'
import type { Standing } from './standing.ts'

export interface PortalFace {
  readonly name: string
  readonly motto: string
  /** Where style and fonts lie. */
  readonly assets: string
}

export function framed({ name, motto, assets }: PortalFace, content: Html, mainClass = ''): string {
  return html`<!doctype html>
    <html lang="vi">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>Thanh toán phí, lệ phí</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${assets}/trang.css" />
      </head>
      <body>
        <header>
          <div>
            ${icons.lotus}
            <div><strong>${name}</strong><small>${motto}</small></div>
            <span class="badge">Mô phỏng</span>
          </div>
        </header>
        <main class="${mainClass}">${content}</main>
        <footer>Hệ thống mô phỏng để kiểm thử. Không có đồng tiền thật nào được chuyển ở đây.</footer>
      </body>
    </html> `.text
}

export function renderUnknownPage(face: PortalFace): string {
  return framed(
    face,
    html`<section class="card state failed">
      <div class="disc">${icons.cross}</div>
      <h2>Không tìm thấy giao dịch</h2>
      <p>Đường dẫn đã cũ hoặc bị gõ sai. Hãy quay lại cổng dịch vụ và mở lại trang thanh toán từ đó.</p>
    </section>`,
    'alone',
  )
}

export const detail = (label: string, value: string): Html =>
  html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`

/** Everything a payer can do, once the means are chosen. */
export const scene: Html = html`<div class="scene">
  <h2>Bạn đang đóng vai người nộp</h2>
  <p>Chọn điều xảy ra tiếp theo ở ngân hàng.</p>
  <div class="buttons">
    <button class="pay" name="ket-qua" value="paid">${icons.check}Thanh toán thành công</button>
    <button class="fail" name="ket-qua" value="failed">${icons.cross}Ngân hàng từ chối</button>
    <button class="wait" name="ket-qua" value="pending">${icons.clock}Ngân hàng chưa trả lời</button>
    <button class="leave" name="ket-qua" value="leave">Rời trang, chưa thanh toán</button>
  </div>
</div>`

/** `chosen`: the bank that is chosen until the payer chooses another. */
export const bankMethods = (chosen?: string): readonly Html[] =>
  banks.map((bank) => bankMethod(bank, bank.code === chosen))

function bankMethod({ code, name, monogram, colour }: Bank, isChosen: boolean): Html {
  return html`<label class="method">
    <input type="radio" name="cach" value="${code}" ${isChosen ? 'checked' : ''} />
    <span class="face">
      <svg class="mark" viewBox="0 0 36 36" aria-hidden="true">
        <rect width="36" height="36" rx="9" fill="${colour}" />
        <text x="18" y="23" text-anchor="middle" font-size="13" font-weight="700" fill="#fff">${monogram}</text>
      </svg>
      ${name}
    </span>
  </label>`
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

export function verdict(standing: Exclude<Standing, 'open'>): Html {
  const { icon, title, text } = told[standing]
  return html`<section class="card state ${standing}">
    <div class="disc">${icon}</div>
    <h2>${title}</h2>
    <p>${text}</p>
    <form method="post"><button class="pay" name="ket-qua" value="back">Về cổng dịch vụ</button></form>
  </section>`
}
