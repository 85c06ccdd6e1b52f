/** What people must look at, newest first. */
import { z } from 'zod'
import { caseKinds, caseStates } from '#domain/case.ts'
import { defineRoute } from '../../define-route.ts'
import { after, idOf, limit, listOf } from '../schemas.ts'
import { pageBody, pageWish } from '../page-body.ts'
import { caseExample, caseView } from './reconciliation-view.ts'

export const listCases = defineRoute({
  operation: 'listCases',
  method: 'GET',
  path: '/v1/cases',
  tag: 'reconciliation',
  summary: { vi: 'Danh sách vụ việc', en: 'List cases' },
  description: {
    vi: 'Những gì chỉ con người giải quyết được: thu hai lần, lệch số tiền, thiếu ở một bên. Mới nhất trước.',
    en: 'What only people can settle: charged twice, amounts that differ, missing on one side. Newest first.',
  },
  scope: 'case:manage',
  idempotency: 'none',
  personalData: false,
  query: z.strictObject({
    state: z.enum(caseStates).exactOptional(),
    kind: z.enum(caseKinds).exactOptional(),
    paymentId: idOf('pay').exactOptional(),
    limit,
    after,
  }),
  answers: {
    200: {
      description: 'A page.',
      schema: listOf(caseView, 'CaseList'),
      example: { data: [caseExample], hasMore: false },
    },
  },
  problems: ['storage_unavailable'],
  handle:
    ({ reconciliation }) =>
    async ({ query: { limit, after, ...filter }, request }) => ({
      status: 200,
      body: pageBody(await reconciliation.cases.list(filter, pageWish(limit, after), request)),
    }),
})
