/** Reconciliations of the tenant, newest first. */
import { z } from 'zod'
import { defineRoute } from '../../define-route.ts'
import { after, limit, listOf } from '../schemas.ts'
import { pageBody, pageWish } from '../page-body.ts'
import { connectionName, reconciliationExample, reconciliationView } from './reconciliation-view.ts'

export const listReconciliations = defineRoute({
  operation: 'listReconciliations',
  method: 'GET',
  path: '/v1/reconciliations',
  tag: 'reconciliation',
  summary: { vi: 'Danh sách lần đối soát', en: 'List reconciliations' },
  description: { vi: 'Mới nhất trước, mỗi trang tối đa 100.', en: 'Newest first, at most 100 a page.' },
  scope: 'reconciliation:read',
  idempotency: 'none',
  personalData: false,
  query: z.strictObject({ connection: connectionName.exactOptional(), limit, after }),
  answers: {
    200: {
      description: 'A page.',
      schema: listOf(reconciliationView, 'ReconciliationList'),
      example: { data: [reconciliationExample], hasMore: false },
    },
  },
  problems: ['storage_unavailable'],
  handle:
    ({ reconciliation }) =>
    async ({ query: { limit, after, ...filter }, request }) => ({
      status: 200,
      body: pageBody(await reconciliation.read.list(filter, pageWish(limit, after), request)),
    }),
})
