/** Payments of the tenant, newest first. */
import { z } from 'zod'
import { paymentStates } from '#domain/payment.ts'
import { defineRoute } from '../../define-route.ts'
import { pageBody, pageWish } from '../page-body.ts'
import { after, limit, line, listOf } from '../schemas.ts'
import { paymentExample, paymentView } from './payment-view.ts'

const query = z.strictObject({
  dossierCode: line(64).exactOptional(),
  reference: line(100).exactOptional(),
  state: z.enum(paymentStates).exactOptional(),
  limit,
  after,
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
    async ({ query: { limit, after, ...filter }, request }) => ({
      status: 200,
      body: pageBody(await payments.list(filter, pageWish(limit, after), request)),
    }),
})
