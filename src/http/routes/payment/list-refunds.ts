/** The refunds of a payment. */
import { GatewayError } from '#domain/errors.ts'
import { defineRoute } from '../../define-route.ts'
import { isId, listOf, pathId } from '../schemas.ts'
import { refundExample, refundView } from './refund-view.ts'

export const listRefunds = defineRoute({
  operation: 'listRefunds',
  method: 'GET',
  path: '/v1/payments/{id}/refunds',
  tag: 'payment',
  summary: { vi: 'Các lần hoàn tiền của một khoản', en: 'List the refunds of a payment' },
  description: { vi: 'Mới nhất trước, tối đa 100.', en: 'Newest first, at most 100.' },
  scope: 'payment:read',
  idempotency: 'none',
  personalData: true,
  params: pathId('pay'),
  answers: {
    200: {
      description: 'The refunds.',
      schema: listOf(refundView, 'RefundList'),
      example: { data: [refundExample], hasMore: false },
    },
  },
  problems: ['payment_not_found', 'storage_unavailable'],
  handle:
    ({ payments }) =>
    async ({ params: { id }, request }) => {
      if (!isId('pay', id)) throw new GatewayError('payment_not_found', 'not an id of a payment')
      return { status: 200, body: { data: await payments.listRefunds(id, request), hasMore: false } }
    },
})
