/** PayGov's pay page as HTML: banks and wallets only, no QR. */
import { html, type Html } from '../kernel/html.ts'
import { amountDigits, amountWords } from '../paying/amount-words.ts'
import { readableLocalTime } from '../paying/local-time.ts'
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
import type { Order } from './ledger.ts'

const face: PortalFace = {
  name: 'PayGov',
  motto: 'Thanh toán dịch vụ công qua trục liên thông tỉnh',
  assets: '/paygov',
}

export const renderPayPage = (order: Order, standing: Standing): string =>
  framed(face, html`${summary(order)}${standing === 'open' ? choice : verdict(standing)}`)

export const renderUnknown = (): string => renderUnknownPage(face)

function summary(order: Order): Html {
  return html`<section class="card" aria-label="Thông tin khoản thu">
    <p class="eyebrow">${order.orderId}</p>
    <h1>${order.description}</h1>
    <div class="total">
      <span>Số tiền phải nộp</span><strong>${amountDigits(order.amount)} đồng</strong>
      <em>${amountWords(order.amount)}</em>
    </div>
    <dl>${detail('Mã yêu cầu', order.reference)} ${detail('Hạn thanh toán', readableLocalTime(order.validUntilMs))}</dl>
  </section>`
}

const choice: Html = html`<form class="card" method="post" aria-label="Chọn cách thanh toán">
  <fieldset>
    <legend><h2>Chọn ngân hàng hoặc ví</h2></legend>
    <div class="methods">${bankMethods('SAOBIEN')}</div>
  </fieldset>
  ${scene}
</form>`
