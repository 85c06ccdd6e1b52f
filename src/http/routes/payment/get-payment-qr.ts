/** What the payer scans, as the portal issued it. */
import { GatewayError } from '#domain/errors.ts'
import { defineRoute } from '../../define-route.ts'
import { acceptedType } from '../../negotiate.ts'
import { isId, pathId } from '../schemas.ts'

const forms = { 'image/png': 'png', 'image/svg+xml': 'svg' } as const

export const getPaymentQr = defineRoute({
  operation: 'getPaymentQr',
  method: 'GET',
  path: '/v1/payments/{id}/qr',
  tag: 'payment',
  summary: { vi: 'Mã QR để nộp tiền', en: 'Show the QR code to pay with' },
  description: {
    vi:
      'PNG, hoặc SVG theo `Accept`. Là VietQR do cổng thanh toán phát hành cho lần thanh toán này; nếu cổng không phát hành thì là địa chỉ `payUrl`. ' +
      'Không bao giờ là mã chuyển khoản tự tạo, vì cổng thanh toán sẽ không ghi nhận khoản tiền đó.',
    en:
      'PNG, or SVG by `Accept`. The VietQR that the portal issued for this attempt, else its `payUrl`. Never a transfer of ' +
      'our own making, which the portal would not see.',
  },
  scope: 'payment:read',
  idempotency: 'none',
  personalData: true,
  params: pathId('pay'),
  answers: { 200: { description: 'The code.', contentType: 'image/png', alsoAs: ['image/svg+xml'] } },
  problems: ['payment_not_found', 'nothing_to_pay', 'outcome_unknown', 'not_acceptable', 'storage_unavailable'],
  handle:
    ({ receipts }) =>
    async ({ params: { id }, request, accept }) => {
      if (!isId('pay', id)) throw new GatewayError('payment_not_found', 'not an id of a payment')
      const type = acceptedType(accept, ['image/png', 'image/svg+xml'])
      const body = await receipts.paymentQr(id, forms[type], request)
      return { status: 200, contentType: type, body, headers: { Vary: 'Accept' } }
    },
})
