/** A payment as it stands, strongly consistent. */
import { GatewayError } from '#domain/errors.ts'
import { defineRoute } from '../../define-route.ts'
import { isId, pathId } from '../schemas.ts'
import { paymentExample, paymentView } from './payment-view.ts'

export const getPayment = defineRoute({
  operation: 'getPayment',
  method: 'GET',
  path: '/v1/payments/{id}',
  tag: 'payment',
  summary: { vi: 'Xem khoản thanh toán', en: 'Read a payment' },
  description: {
    vi: 'Căn cứ duy nhất để biết khoản đã nộp hay chưa; điều trình duyệt mang về không phải là căn cứ.',
    en: 'The only authority on whether something was paid; what a browser brings back is not.',
  },
  scope: 'payment:read',
  idempotency: 'none',
  personalData: true,
  params: pathId('pay'),
  answers: { 200: { description: 'The payment.', schema: paymentView, example: paymentExample } },
  problems: ['payment_not_found', 'storage_unavailable'],
  handle:
    ({ payments }) =>
    async ({ params: { id }, request }) => {
      if (!isId('pay', id)) throw new GatewayError('payment_not_found', 'not an id of a payment')
      return { status: 200, body: await payments.get(id, request) }
    },
})
