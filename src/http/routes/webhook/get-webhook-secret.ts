/** The secret a receiver checks HMAC signatures with. */
import { defineRoute } from '../../define-route.ts'
import { endpointNamedBy, endpointPath } from './endpoint-path.ts'
import { secretExample, secretView } from './webhook-view.ts'

export const getWebhookSecret = defineRoute({
  operation: 'getWebhookSecret',
  method: 'GET',
  path: '/v1/webhook-endpoints/{id}/secret',
  tag: 'webhook',
  summary: { vi: 'Xem khoá bí mật của webhook', en: 'Read the secret of a webhook endpoint' },
  description: {
    vi: 'Chỉ dành cho `hmac-sha256`. Khoá không được lưu ở đâu cả; ai đã xem thì có trong nhật ký kiểm toán.',
    en: 'Only for `hmac-sha256`. The secret is stored nowhere; who has seen it stands in the audit log.',
  },
  scope: 'webhook:manage',
  idempotency: 'none',
  // Nobody's name, but nothing for a cache either.
  personalData: true,
  params: endpointPath,
  answers: { 200: { description: 'The secret.', schema: secretView, example: secretExample } },
  problems: ['webhook_endpoint_not_found', 'webhook_secret_not_used', 'storage_unavailable'],
  handle:
    ({ webhooks }) =>
    async ({ params, request }) => ({
      status: 200,
      body: await webhooks.read.secret(endpointNamedBy(params), request),
    }),
})
