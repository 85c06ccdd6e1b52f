/** Our own receipt of a payment, as data or as a sheet of paper. */
import { GatewayError } from '#domain/errors.ts'
import { defineRoute } from '../../define-route.ts'
import { acceptedType } from '../../negotiate.ts'
import { isId, pathId } from '../schemas.ts'
import { receiptExample, receiptView } from './receipt-view.ts'

const pdfType = 'application/pdf'

export const getReceipt = defineRoute({
  operation: 'getReceipt',
  method: 'GET',
  path: '/v1/payments/{id}/receipt',
  tag: 'payment',
  summary: { vi: 'Giấy xác nhận đã nộp', en: 'Read the receipt' },
  description: {
    vi:
      'JSON, hoặc PDF khi `Accept: application/pdf`. Mỗi trạng thái của khoản có một giấy được ký một lần; hỏi lại sẽ nhận đúng những byte đó. ' +
      'Hoàn toàn bộ thì giấy hết hiệu lực (`inactive`). Đây là xác nhận của cổng, không phải biên lai thuế; chứng từ của cổng thanh toán ở `…/receipt/portal`.',
    en:
      'JSON, or PDF by `Accept: application/pdf`. Signed once for each state of the payment: asking again gives the same bytes. ' +
      'A full refund makes it `inactive`. It is the gateway’s own confirmation and no tax receipt; the portal’s bill is at `…/receipt/portal`.',
  },
  scope: 'payment:read',
  idempotency: 'none',
  personalData: true,
  params: pathId('pay'),
  answers: {
    200: { description: 'The receipt.', schema: receiptView, alsoAs: [pdfType], example: receiptExample },
  },
  problems: ['payment_not_found', 'payment_not_paid', 'outcome_unknown', 'not_acceptable', 'storage_unavailable'],
  handle:
    ({ receipts }) =>
    async ({ params: { id }, request, accept }) => {
      if (!isId('pay', id)) throw new GatewayError('payment_not_found', 'not an id of a payment')
      const type = acceptedType(accept, ['application/json', pdfType])
      const receipt = await receipts.get(id, request)
      if (type !== pdfType) return { status: 200, body: receipt, headers: { Vary: 'Accept' } }
      return {
        status: 200,
        contentType: pdfType,
        body: await receipts.draw(receipt),
        headers: { Vary: 'Accept', 'Content-Disposition': `inline; filename="${receipt.id}.pdf"` },
      }
    },
})
