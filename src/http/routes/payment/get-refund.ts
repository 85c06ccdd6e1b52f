/** A refund as it stands, strongly consistent. */
import { defineRoute } from '../../define-route.ts'
import { refundNamedBy, refundPath } from './refund-path.ts'
import { refundExample, refundView } from './refund-view.ts'

export const getRefund = defineRoute({
  operation: 'getRefund',
  method: 'GET',
  path: '/v1/payments/{id}/refunds/{refundId}',
  tag: 'payment',
  summary: { vi: 'Xem yêu cầu hoàn tiền', en: 'Read a refund' },
  description: {
    vi: 'Nếu cổng thanh toán chưa trả lời dứt khoát thì được hỏi lại ngay, trong tối đa 2 giây.',
    en: 'Where the portal has not said its last word it is asked on the way, for at most 2 s.',
  },
  scope: 'payment:read',
  idempotency: 'none',
  personalData: true,
  params: refundPath,
  answers: { 200: { description: 'The refund.', schema: refundView, example: refundExample } },
  problems: ['payment_not_found', 'refund_not_found', 'storage_unavailable'],
  handle:
    ({ payments }) =>
    async ({ params, request }) => ({ status: 200, body: await payments.getRefund(refundNamedBy(params), request) }),
})
