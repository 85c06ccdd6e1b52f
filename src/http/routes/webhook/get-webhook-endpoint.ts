/** One endpoint, and how its receiver is doing. */
import { defineRoute } from '../../define-route.ts'
import { endpointNamedBy, endpointPath } from './endpoint-path.ts'
import { endpointExample, endpointView } from './webhook-view.ts'

export const getWebhookEndpoint = defineRoute({
  operation: 'getWebhookEndpoint',
  method: 'GET',
  path: '/v1/webhook-endpoints/{id}',
  tag: 'webhook',
  summary: { vi: 'Xem địa chỉ nhận webhook', en: 'Read a webhook endpoint' },
  description: {
    vi: 'Kèm tình trạng của bên nhận: số lần lỗi liên tiếp, và đang tạm nghỉ đến khi nào.',
    en: 'With the state of its receiver: failures in a row, and until when nothing is sent.',
  },
  scope: 'webhook:manage',
  idempotency: 'none',
  personalData: false,
  params: endpointPath,
  answers: { 200: { description: 'The endpoint.', schema: endpointView, example: endpointExample } },
  problems: ['webhook_endpoint_not_found', 'storage_unavailable'],
  handle:
    ({ webhooks }) =>
    async ({ params, request }) => ({
      status: 200,
      body: await webhooks.read.endpoint(endpointNamedBy(params), request),
    }),
})
