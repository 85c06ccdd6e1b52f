/** Compares one day of one portal account, in the background. */
import { z } from 'zod'
import { defineRoute } from '../../define-route.ts'
import { dateOnly } from '../schemas.ts'
import { connectionName, reconciliationExample, reconciliationView } from './reconciliation-view.ts'

export const startReconciliation = defineRoute({
  operation: 'startReconciliation',
  method: 'POST',
  path: '/v1/reconciliations',
  tag: 'reconciliation',
  summary: { vi: 'Đối soát một ngày', en: 'Reconcile a day' },
  description: {
    vi: 'So sánh ba bên: dữ liệu tại đây, tệp đối soát của cổng, và câu trả lời của cổng khi được hỏi. Tệp được lấy từ cổng, hoặc dùng tệp đã tải lên. Điều cổng xác nhận được tự sửa; phần còn lại mở vụ việc.',
    en:
      'Compares three sides: what stands here, the portal’s file, and the portal’s answer when asked. The file is fetched, or an ' +
      'uploaded one is taken. What the portal confirms is healed; the rest opens cases. Follow it by its id.',
  },
  scope: 'reconciliation:run',
  idempotency: 'honoured',
  personalData: false,
  body: z.strictObject({ connection: connectionName, date: dateOnly }),
  bodyExample: { connection: 'payment-portal', date: '2026-11-22' },
  answers: {
    202: {
      description: 'It has begun.',
      schema: reconciliationView,
      example: { ...reconciliationExample, state: 'running', outcomes: [], rowsDone: 0, cases: 0 },
    },
  },
  problems: ['connection_not_found', 'date_not_over', 'storage_unavailable'],
  handle:
    ({ reconciliation }) =>
    async ({ body, request, idempotency }) => ({
      status: 202,
      body: await reconciliation.start(body, request, idempotency),
    }),
})
