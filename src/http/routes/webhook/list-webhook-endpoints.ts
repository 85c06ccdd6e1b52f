/** Where the tenant is told, newest first. */
import { z } from 'zod'
import { endpointStates } from '#domain/webhook.ts'
import { defineRoute } from '../../define-route.ts'
import { pageBody, pageWish } from '../page-body.ts'
import { after, limit, listOf } from '../schemas.ts'
import { endpointExample, endpointView } from './webhook-view.ts'

export const listWebhookEndpoints = defineRoute({
  operation: 'listWebhookEndpoints',
  method: 'GET',
  path: '/v1/webhook-endpoints',
  tag: 'webhook',
  summary: { vi: 'Danh sách địa chỉ nhận webhook', en: 'List webhook endpoints' },
  description: { vi: 'Mới nhất trước.', en: 'Newest first.' },
  scope: 'webhook:manage',
  idempotency: 'none',
  personalData: false,
  query: z.strictObject({ state: z.enum(endpointStates).exactOptional(), limit, after }),
  answers: {
    200: {
      description: 'A page.',
      schema: listOf(endpointView, 'WebhookEndpointList'),
      example: { data: [endpointExample], hasMore: false },
    },
  },
  problems: ['storage_unavailable'],
  handle:
    ({ webhooks }) =>
    async ({ query: { limit, after, ...filter }, request }) => ({
      status: 200,
      body: pageBody(await webhooks.read.endpoints(filter, pageWish(limit, after), request)),
    }),
})
