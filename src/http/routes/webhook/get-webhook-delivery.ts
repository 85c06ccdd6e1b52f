/** One delivery with every try there was. */
import { defineRoute } from '../../define-route.ts'
import { deliveryNamedBy, deliveryPath } from './delivery-path.ts'
import { deliveryWithLog, deliveryWithLogExample } from './webhook-view.ts'

export const getWebhookDelivery = defineRoute({
  operation: 'getWebhookDelivery',
  method: 'GET',
  path: '/v1/webhook-deliveries/{id}',
  tag: 'webhook',
  summary: { vi: 'Xem lượt gửi webhook', en: 'Read a webhook delivery' },
  description: {
    vi: 'Kèm nhật ký từng lần thử: lúc nào, mất bao lâu, bên nhận trả lời gì.',
    en: 'With the log of its tries: when, how long, what the receiver answered.',
  },
  scope: 'webhook:manage',
  idempotency: 'none',
  personalData: false,
  params: deliveryPath,
  answers: {
    200: { description: 'The delivery.', schema: deliveryWithLog, example: deliveryWithLogExample },
  },
  problems: ['webhook_delivery_not_found', 'storage_unavailable'],
  handle:
    ({ webhooks }) =>
    async ({ params, request }) => ({
      status: 200,
      body: await webhooks.read.delivery(deliveryNamedBy(params), request),
    }),
})
