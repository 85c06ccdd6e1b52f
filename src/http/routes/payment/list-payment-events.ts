/** The whole story of a payment, each line with its cause and actor. */
import { GatewayError } from '#domain/errors.ts'
import { defineRoute } from '../../define-route.ts'
import { isId, listOf, pathId } from '../schemas.ts'
import { paymentEventExample, paymentEventView } from './payment-view.ts'

export const listPaymentEvents = defineRoute({
  operation: 'listPaymentEvents',
  method: 'GET',
  path: '/v1/payments/{id}/events',
  tag: 'payment',
  summary: { vi: 'Diễn biến của khoản thanh toán', en: 'Read the story of a payment' },
  description: {
    vi: 'Mọi chuyển biến từ khi tạo, cũ nhất trước, `sequence` liên tục không đứt quãng. Đính chính là một sự kiện mới, không bao giờ sửa lịch sử.',
    en: 'Every move since the creation, oldest first, gapless by `sequence`. Corrections are events, never edits.',
  },
  scope: 'payment:read',
  idempotency: 'none',
  personalData: true,
  params: pathId('pay'),
  answers: {
    200: {
      description: 'The events.',
      schema: listOf(paymentEventView, 'PaymentEventList'),
      example: { data: [paymentEventExample], hasMore: false },
    },
  },
  problems: ['payment_not_found', 'storage_unavailable'],
  handle:
    ({ payments }) =>
    async ({ params: { id }, request }) => {
      if (!isId('pay', id)) throw new GatewayError('payment_not_found', 'not an id of a payment')
      return { status: 200, body: { data: await payments.events(id, request), hasMore: false } }
    },
})
