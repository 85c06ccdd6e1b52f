/** A second person decides about a refund above the limit. */
import { z } from 'zod'
import { defineRoute, fromStored, replayed } from '../../define-route.ts'
import { means } from '../../meaning.ts'
import { line } from '../schemas.ts'
import { refundNamedBy, refundPath } from './refund-path.ts'
import { refundExample, refundView } from './refund-view.ts'

const body = z.strictObject({
  officerId: line(64)
    .exactOptional()
    .meta({
      ...means(
        'The deciding officer’s own account; not that of who asked.',
        'Tài khoản riêng của cán bộ duyệt; không phải của người yêu cầu.',
      ),
      examples: ['015080000456'],
    }),
  decision: z.enum(['approve', 'reject']).default('approve'),
})

export const approveRefund = defineRoute({
  operation: 'approveRefund',
  method: 'POST',
  path: '/v1/payments/{id}/refunds/{refundId}/approval',
  tag: 'payment',
  summary: { vi: 'Duyệt hoàn tiền', en: 'Approve a refund' },
  description: {
    vi: 'Người duyệt phải khác người yêu cầu: khác `officerId`, hoặc khác hệ thống nếu một trong hai bên không nêu cán bộ. Duyệt xong thì gửi ngay tới cổng thanh toán. Từ chối (`reject`) thì số tiền giữ lại được giải phóng.',
    en:
      'Who decides must be somebody else than who asked: another `officerId`, or another client system where one of the two ' +
      'named no officer. Once approved it is sent to the portal. `reject` frees what was reserved.',
  },
  scope: 'refund:approve',
  idempotency: 'required',
  personalData: true,
  params: refundPath,
  body,
  bodyMayBeEmpty: true,
  bodyExample: { officerId: '015080000456', decision: 'approve' },
  answers: { 200: { description: 'The refund as it stands.', schema: refundView, example: refundExample } },
  problems: [
    'payment_not_found',
    'refund_not_found',
    'second_person_required',
    'refund_already_decided',
    'storage_unavailable',
  ],
  handle:
    ({ payments }) =>
    async ({ params, body, request, idempotency }) => {
      // The route demands a key: without one the request was refused before.
      const keyed = idempotency as NonNullable<typeof idempotency>
      const { kind, answer } = await payments.approveRefund(refundNamedBy(params), body, keyed, request)
      return kind === 'replayed' ? replayed(answer) : fromStored(answer)
    },
})
