/** Sends an event again because somebody asks. */
import { defineRoute } from '../../define-route.ts'
import { deliveryNamedBy, deliveryPath } from './delivery-path.ts'
import { deliveryExample, deliveryView } from './webhook-view.ts'

export const replayWebhookDelivery = defineRoute({
  operation: 'replayWebhookDelivery',
  method: 'POST',
  path: '/v1/webhook-deliveries/{id}/replay',
  tag: 'webhook',
  summary: { vi: 'Gửi lại webhook', en: 'Replay a webhook delivery' },
  description: {
    vi: 'Gửi lại ngay, dù lượt gửi đã xong, đã thôi hay đang chờ. Bên nhận thấy cùng một `webhook-id`.',
    en: 'Sends it at once, whether it was delivered, given up or waiting. The receiver sees the same `webhook-id`.',
  },
  scope: 'webhook:manage',
  idempotency: 'honoured',
  personalData: false,
  params: deliveryPath,
  answers: {
    202: {
      description: 'It is about to be sent.',
      schema: deliveryView,
      example: { ...deliveryExample, state: 'pending', nextTryAt: '2026-11-23T03:00:00.000Z' },
    },
  },
  problems: [
    'webhook_delivery_not_found',
    'webhook_endpoint_not_found',
    'webhook_endpoint_disabled',
    'storage_unavailable',
  ],
  handle:
    ({ webhooks }) =>
    async ({ params, request, idempotency }) => ({
      status: 202,
      body: await webhooks.replay(deliveryNamedBy(params), request, idempotency),
    }),
})
