/** Where the payer's browser comes back: on to the client's return URL, carrying a signed word about the payment. */
import { defineOpenRoute } from '../../define-route.ts'
import { payerPage } from '../../pages/payer-page.ts'
import { pageHeaders } from '../../pages/page.ts'
import { connectionParams, isConnection } from './connection.ts'

/** `MaThamChieu` (api.md, "Fees"). */
const portalReference = /^[0-9A-Z]{20}$/

export const returnPayer = defineOpenRoute({
  operation: 'returnPayer',
  method: 'GET',
  path: '/return/{connection}',
  tag: 'portal',
  summary: { vi: 'Đưa người nộp quay lại', en: 'Bring the payer back' },
  description: {
    vi: 'Cổng thanh toán đưa trình duyệt về đây kèm `MaThamChieu`. Trả lời 303 đến `returnUrl` của hệ thống gọi, kèm `?lt=` là một JWS rút gọn có hiệu lực 5 phút. Chỉ `GET /v1/payments/{id}` mới là căn cứ.',
    en:
      'The portal sends the browser here with `MaThamChieu`. 303 to the client’s `returnUrl` with `?lt=`, a compact JWS ' +
      'that lives 5 minutes. Only `GET /v1/payments/{id}` is authoritative.',
  },
  personalData: true,
  params: connectionParams,
  answers: {
    303: { description: 'To the client’s return URL.', headers: { Location: 'returnUrl with `?lt=`' } },
    404: { description: 'A page for people: this payment is not known here.', contentType: 'text/html' },
  },
  problems: [],
  handle:
    ({ payments }) =>
    async ({ params: { connection }, query, language }) => {
      const reference = query['MaThamChieu']
      const isKnowable = isConnection(connection) && typeof reference === 'string' && portalReference.test(reference)
      const onward = isKnowable ? await payments.returnPayer(connection, reference) : undefined
      if (onward === undefined) return { ...payerPage(language), status: 404 }
      // The address carries a token: it must not travel on in a Referer header.
      return { status: 303, headers: { ...pageHeaders, Location: onward.location } }
    },
})
