/** A new secret for an endpoint that is signed for with HMAC. */
import { defineRoute } from '../../define-route.ts'
import { endpointNamedBy, endpointPath } from './endpoint-path.ts'
import { endpointExample, endpointView } from './webhook-view.ts'

const { keysUrl: _, ...example } = endpointExample

export const rotateWebhookSecret = defineRoute({
  operation: 'rotateWebhookSecret',
  method: 'POST',
  path: '/v1/webhook-endpoints/{id}/rotation',
  tag: 'webhook',
  summary: { vi: 'Đổi khoá bí mật của webhook', en: 'Rotate the secret of a webhook endpoint' },
  description: {
    vi: 'Trong bảy ngày, mỗi webhook mang hai chữ ký: bằng khoá mới và khoá cũ. Chỉ dành cho `hmac-sha256`; khoá Ed25519 do bên vận hành đổi, cũng có bảy ngày ký đôi.',
    en:
      'For seven days each webhook carries two signatures, by the new secret and by the former. Only for `hmac-sha256`; Ed25519 keys ' +
      'are rotated by the operator, with the same seven days.',
  },
  scope: 'webhook:manage',
  idempotency: 'honoured',
  personalData: false,
  params: endpointPath,
  answers: {
    200: {
      description: 'The endpoint; its secret stands at `GET …/secret`.',
      schema: endpointView,
      example: {
        ...example,
        signatureScheme: 'hmac-sha256',
        secretVersion: 2,
        formerSecretUntil: '2026-11-30T02:30:00.000Z',
      },
    },
  },
  problems: ['webhook_endpoint_not_found', 'webhook_secret_not_used', 'storage_unavailable'],
  handle:
    ({ webhooks }) =>
    async ({ params, request, idempotency }) => ({
      status: 200,
      body: await webhooks.rotateSecret(endpointNamedBy(params), request, idempotency),
    }),
})
