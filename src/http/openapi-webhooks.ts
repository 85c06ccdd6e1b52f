/** What the gateway posts to endpoints of clients, described where OpenAPI 3.1 has a place for it. */
import { z } from 'zod'
import type { ZodOpenApiOperationObject } from 'zod-openapi'
import { eventExample, eventView } from './routes/webhook/webhook-view.ts'

const headers = z.object({
  'webhook-id': z.string().meta({ description: 'The event’s id; the same for each repetition.' }),
  'webhook-timestamp': z.string().meta({ description: 'Seconds since the epoch, of this try.' }),
  'webhook-signature': z.string().meta({
    description: 'One or more of `v1a,<base64>` (Ed25519) or `v1,<base64>` (HMAC-SHA-256) over `id.timestamp.body`.',
  }),
})

const told: ZodOpenApiOperationObject = {
  operationId: 'receiveEvent',
  summary: 'Something happened',
  'x-summary-vi': 'Có sự kiện',
  description: 'Posted to every enabled endpoint that wants the type, at least once, until it is answered 2xx.',
  'x-description-vi':
    'Gửi tới mọi địa chỉ nhận đang bật có chọn loại sự kiện này, ít nhất một lần, cho đến khi nhận được 2xx.',
  tags: ['webhook'],
  security: [],
  requestParams: { header: headers },
  requestBody: {
    required: true,
    content: { 'application/json': { schema: eventView, examples: { usual: { value: eventExample } } } },
  },
  responses: {
    '2XX': { description: 'Taken. Anything else is repeated.' },
    '410': { description: 'Nobody wants this any more: the endpoint is disabled.' },
  },
}

export const describedWebhooks = { event: { post: told } }
