/** Changes an endpoint as a whole: where, what, whether at all. */
import { z } from 'zod'
import { endpointStates } from '#domain/webhook.ts'
import { defineRoute } from '../../define-route.ts'
import { endpointNamedBy, endpointPath } from './endpoint-path.ts'
import { description, endpointExample, endpointView, wantedTypes, webhookUrl } from './webhook-view.ts'

export const updateWebhookEndpoint = defineRoute({
  operation: 'updateWebhookEndpoint',
  method: 'PUT',
  path: '/v1/webhook-endpoints/{id}',
  tag: 'webhook',
  summary: { vi: 'Sửa địa chỉ nhận webhook', en: 'Change a webhook endpoint' },
  description: {
    vi: 'Thay toàn bộ; trường không gửi trở về mặc định. Tắt (`disabled`) thì sự kiện mới không còn được gửi tới đây, lượt gửi đang chờ được giữ lại. Bật (`enabled`) thì gửi tiếp ngay, kể cả sau khi bên nhận đã trả lời 410.',
    en:
      'Replaces it as a whole; what is left out is as at the beginning. While `disabled` nothing new is owed to it, and what waits is ' +
      'kept. `enabled` sends at once what waits, also after the receiver had answered 410.',
  },
  scope: 'webhook:manage',
  idempotency: 'none',
  personalData: false,
  params: endpointPath,
  body: z.strictObject({
    url: webhookUrl,
    eventTypes: wantedTypes,
    description: description.exactOptional(),
    state: z.enum(endpointStates).default('enabled'),
  }),
  bodyExample: { url: endpointExample.url, eventTypes: [], state: 'disabled' },
  answers: {
    200: {
      description: 'The endpoint as it is now.',
      schema: endpointView,
      example: { ...endpointExample, state: 'disabled', disabledBy: 'client' },
    },
  },
  problems: ['webhook_endpoint_not_found', 'webhook_url_not_allowed', 'storage_unavailable'],
  handle:
    ({ webhooks }) =>
    async ({ params, body, request }) => ({
      status: 200,
      body: await webhooks.update(endpointNamedBy(params), body, request),
    }),
})
