/** A person's word on a case. */
import { z } from 'zod'
import { caseResolutions } from '#domain/case.ts'
import { GatewayError } from '#domain/errors.ts'
import { means } from '../../meaning.ts'
import { defineRoute } from '../../define-route.ts'
import { isId, line, pathId } from '../schemas.ts'
import { caseExample, caseView } from './reconciliation-view.ts'

export const resolveCase = defineRoute({
  operation: 'resolveCase',
  method: 'POST',
  path: '/v1/cases/{id}/resolution',
  tag: 'reconciliation',
  summary: { vi: 'Kết luận vụ việc', en: 'Resolve a case' },
  description: {
    vi: 'Ghi một lần, kèm người ghi. `refunded_manually` là hoàn tiền ngoài cổng và phải nêu `reference`.',
    en: 'Written once, with who wrote it. `refunded_manually` is a refund outside the portal and must name its `reference`.',
  },
  scope: 'case:manage',
  idempotency: 'honoured',
  personalData: false,
  params: pathId('cas'),
  body: z.strictObject({
    resolution: z.enum(caseResolutions),
    note: line(1_000).meta({ ...means('No personal data.', 'Không ghi dữ liệu cá nhân.') }),
    reference: line(100)
      .exactOptional()
      .meta({ ...means('Of the manual refund.', 'Số chứng từ hoàn tiền.') }),
  }),
  bodyExample: { resolution: 'refunded_manually', note: 'Hoàn qua uỷ nhiệm chi', reference: 'UNC-2026-0117' },
  answers: {
    200: {
      description: 'The case, resolved.',
      schema: caseView,
      example: {
        ...caseExample,
        state: 'resolved',
        refundDue: false,
        resolved: {
          resolution: 'refunded_manually',
          note: 'Hoàn qua uỷ nhiệm chi',
          reference: 'UNC-2026-0117',
          by: 'demo-one-stop',
          at: '2026-11-23T03:00:00.000Z',
        },
      },
    },
  },
  problems: ['case_not_found', 'case_resolved', 'manual_refund_reference_required', 'storage_unavailable'],
  handle:
    ({ reconciliation }) =>
    async ({ params: { id }, body, request, idempotency }) => {
      if (!isId('cas', id)) throw new GatewayError('case_not_found', 'not an id of a case')
      return { status: 200, body: await reconciliation.cases.resolve(id, body, request, idempotency) }
    },
})
