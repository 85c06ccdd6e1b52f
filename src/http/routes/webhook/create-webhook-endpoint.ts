/** Registers an address that wants to be told. */
import { z } from 'zod'
import { signatureSchemes } from '#domain/webhook.ts'
import { defineRoute } from '../../define-route.ts'
import { means } from '../../meaning.ts'
import { description, endpointExample, endpointView, wantedTypes, webhookUrl } from './webhook-view.ts'

export const createWebhookEndpoint = defineRoute({
  operation: 'createWebhookEndpoint',
  method: 'POST',
  path: '/v1/webhook-endpoints',
  tag: 'webhook',
  summary: { vi: 'Đăng ký địa chỉ nhận webhook', en: 'Register a webhook endpoint' },
  description: {
    vi: 'Từ lúc đăng ký, mọi sự kiện được gửi tới địa chỉ này theo Standard Webhooks, ít nhất một lần, gửi lại trong hơn bốn ngày nếu chưa nhận được 2xx. Sự kiện trước đó đọc tại `GET /v1/events`. Trả lời 410 thì địa chỉ bị tắt.',
    en:
      'From then on every event is sent there in the form of Standard Webhooks, at least once, and again over four days and more ' +
      'until it is answered 2xx. Earlier events stand at `GET /v1/events`. An answer of 410 disables the endpoint.',
  },
  scope: 'webhook:manage',
  idempotency: 'honoured',
  personalData: false,
  body: z.strictObject({
    url: webhookUrl,
    eventTypes: wantedTypes,
    description: description.exactOptional(),
    signatureScheme: z
      .enum(signatureSchemes)
      .default('ed25519')
      .meta({
        ...means(
          '`ed25519` (`v1a`): the receiver holds no secret. `hmac-sha256` (`v1`) for libraries that know nothing else.',
          '`ed25519` (`v1a`): bên nhận không giữ bí mật nào. `hmac-sha256` (`v1`) cho thư viện chỉ biết HMAC.',
        ),
      }),
  }),
  bodyExample: { url: endpointExample.url, eventTypes: ['payment.paid', 'payment.corrected'] },
  answers: {
    201: {
      description: 'The endpoint.',
      schema: endpointView,
      example: { ...endpointExample, eventTypes: ['payment.paid', 'payment.corrected'] },
    },
  },
  problems: ['webhook_url_not_allowed', 'webhook_endpoint_limit', 'storage_unavailable'],
  handle:
    ({ webhooks }) =>
    async ({ body, request, idempotency }) => ({
      status: 201,
      body: await webhooks.create(body, request, idempotency),
    }),
})
