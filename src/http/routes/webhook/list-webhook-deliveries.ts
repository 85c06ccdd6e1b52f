/** What became of each event on its way to each endpoint, newest first. */
import { z } from 'zod'
import { deliveryStates } from '#domain/webhook.ts'
import { defineRoute } from '../../define-route.ts'
import { pageBody, pageWish } from '../page-body.ts'
import { after, idOf, limit, listOf } from '../schemas.ts'
import { deliveryExample, deliveryView } from './webhook-view.ts'

export const listWebhookDeliveries = defineRoute({
  operation: 'listWebhookDeliveries',
  method: 'GET',
  path: '/v1/webhook-deliveries',
  tag: 'webhook',
  summary: { vi: 'Danh sách lượt gửi webhook', en: 'List webhook deliveries' },
  description: {
    vi: 'Mới nhất trước. `state=dead` là những lượt đã thôi gửi: gửi lại được bằng `POST …/replay`.',
    en: 'Newest first. `state=dead` are those given up: `POST …/replay` sends them again.',
  },
  scope: 'webhook:manage',
  idempotency: 'none',
  personalData: false,
  query: z.strictObject({
    endpoint: idOf('whe').exactOptional(),
    event: idOf('evt').exactOptional(),
    state: z.enum(deliveryStates).exactOptional(),
    limit,
    after,
  }),
  answers: {
    200: {
      description: 'A page.',
      schema: listOf(deliveryView, 'WebhookDeliveryList'),
      example: { data: [deliveryExample], hasMore: false },
    },
  },
  problems: ['storage_unavailable'],
  handle:
    ({ webhooks }) =>
    async ({ query: { limit, after, endpoint, event, state }, request }) => {
      const filter = {
        ...(endpoint === undefined ? {} : { endpointId: endpoint }),
        ...(event === undefined ? {} : { eventId: event }),
        ...(state === undefined ? {} : { state }),
      }
      return { status: 200, body: pageBody(await webhooks.read.deliveries(filter, pageWish(limit, after), request)) }
    },
})
