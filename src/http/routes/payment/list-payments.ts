/** Payments of the tenant, newest first. */
import { z } from 'zod'
import { means } from '../../meaning.ts'
import { defineRoute } from '../../define-route.ts'
import { limit, line, listOf } from '../schemas.ts'
import { paymentExample, paymentStates, paymentView } from './payment-view.ts'

const query = z.strictObject({
  dossierCode: line(64).exactOptional(),
  reference: line(100).exactOptional(),
  state: z.enum(paymentStates).exactOptional(),
  limit,
  after: line(500)
    .exactOptional()
    .meta({ ...means('Opaque: `next` of the page before.', 'Giá trị `next` của trang trước.') }),
})

export const listPayments = defineRoute({
  operation: 'listPayments',
  method: 'GET',
  path: '/v1/payments',
  tag: 'payment',
  summary: { vi: 'Danh sách khoản thanh toán', en: 'List payments' },
  description: {
    vi: 'Mới nhất trước, mỗi trang tối đa 100 khoản. Các bộ lọc thu hẹp lẫn nhau.',
    en: 'Newest first, at most 100 a page. Filters narrow each other.',
  },
  scope: 'payment:read',
  idempotency: 'none',
  personalData: true,
  query,
  answers: {
    200: {
      description: 'A page.',
      schema: listOf(paymentView, 'PaymentList'),
      example: { data: [paymentExample], hasMore: false },
    },
  },
  problems: ['storage_unavailable'],
  handle:
    ({ payments }) =>
    async ({ query: { limit, after, ...filter }, request }) => {
      const page = after === undefined ? { limit } : { limit, after }
      const { items, next } = await payments.list(filter, page, request)
      return {
        status: 200,
        body: { data: items, hasMore: next !== undefined, ...(next === undefined ? {} : { next }) },
      }
    },
})
