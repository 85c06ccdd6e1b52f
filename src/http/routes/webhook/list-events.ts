/** The feed of a tenant, for those who cannot receive. */
import { z } from 'zod'
import { defineRoute } from '../../define-route.ts'
import { pageWish } from '../page-body.ts'
import { after, limit } from '../schemas.ts'
import { eventExample, eventView } from './webhook-view.ts'

export const listEvents = defineRoute({
  operation: 'listEvents',
  method: 'GET',
  path: '/v1/events',
  tag: 'webhook',
  summary: { vi: 'Đọc dòng sự kiện', en: 'Read the event feed' },
  description: {
    vi: 'Mọi sự kiện của đơn vị, cũ nhất trước, cùng nội dung như webhook. Giữ `next` và gửi lại làm `after`: không bao giờ bỏ sót, không bao giờ lặp. `next` luôn có, kể cả khi chưa có gì mới.',
    en:
      'Every event of the tenant, oldest first, with the content of webhooks. Keep `next` and send it as `after`: nothing is ever ' +
      'missed and nothing comes twice. `next` is always given, also where there is nothing new.',
  },
  scope: 'webhook:manage',
  idempotency: 'none',
  personalData: false,
  query: z.strictObject({ limit, after }),
  answers: {
    200: {
      description: 'A page.',
      schema: z
        .strictObject({
          data: z.array(eventView),
          hasMore: z.boolean(),
          next: z.string().meta({ description: 'Opaque; send it as `after`.' }),
        })
        .meta({ id: 'EventFeed' }),
      example: { data: [eventExample], hasMore: false, next: 'MS4xMDQyLjE3' },
    },
  },
  problems: ['storage_unavailable'],
  handle:
    ({ webhooks }) =>
    async ({ query: { limit, after }, request }) => {
      const { items, hasMore, next } = await webhooks.listEvents(pageWish(limit, after), request)
      return { status: 200, body: { data: items, hasMore, next } }
    },
})
