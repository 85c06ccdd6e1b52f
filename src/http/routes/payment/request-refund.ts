/** Asks for money back: all of a paid payment, or part of it. */
import { z } from 'zod'
import { GatewayError } from '#domain/errors.ts'
import { defineRoute, fromStored, replayed } from '../../define-route.ts'
import { means } from '../../meaning.ts'
import { amount, isId, line, pathId } from '../schemas.ts'
import { refundExample, refundView } from './refund-view.ts'

const body = z.strictObject({
  amount,
  reason: line(250).meta({
    ...means(
      'Goes to the portal and into answers: no personal data.',
      'Gửi tới cổng thanh toán; không ghi dữ liệu cá nhân.',
    ),
    examples: ['Nộp thừa'],
  }),
  expectedRefundable: z
    .int()
    .min(0)
    .max(999_999_999_999)
    .meta({
      ...means('What `refundable` said when it was decided.', 'Giá trị `refundable` khi ra quyết định.'),
      examples: [50_000],
    }),
  officerId: line(64)
    .exactOptional()
    .meta({
      ...means(
        'The asking officer’s own account. Without it only another client system can approve.',
        'Tài khoản riêng của cán bộ yêu cầu. Nếu không nêu thì chỉ hệ thống khác mới được duyệt.',
      ),
    }),
})

export const requestRefund = defineRoute({
  operation: 'requestRefund',
  method: 'POST',
  path: '/v1/payments/{id}/refunds',
  tag: 'payment',
  summary: { vi: 'Yêu cầu hoàn tiền', en: 'Ask for a refund' },
  description: {
    vi: 'Số tiền yêu cầu được giữ lại ngay khi ghi, nên không thể hoàn hai lần. Khi tổng các lần hoàn của khoản còn trong hạn mức `refundApprovalAbove` của đơn vị thì gửi ngay tới cổng thanh toán; vượt hạn mức thì chờ người thứ hai duyệt (`requested`). Đã ghi thì câu trả lời luôn là 201 với tình trạng thực tế.',
    en:
      'What is asked for is reserved in the same commit, so nothing is given back twice. While the ' +
      'payment’s refunds together stay within the tenant’s `refundApprovalAbove` it is sent at once; beyond it a second person ' +
      'decides first (`requested`). Once committed the answer is always 201 with the refund as it stands.',
  },
  scope: 'payment:refund',
  idempotency: 'required',
  personalData: true,
  params: pathId('pay'),
  body,
  bodyExample: { amount: 20_000, reason: 'Nộp thừa', expectedRefundable: 50_000 },
  answers: { 201: { description: 'The refund as it stands.', schema: refundView, example: refundExample } },
  problems: [
    'payment_not_found',
    'refund_not_supported',
    'refundable_changed',
    'refund_exceeds_refundable',
    'upstream_not_configured',
    'storage_unavailable',
  ],
  handle:
    ({ payments }) =>
    async ({ params: { id }, body, request, idempotency }) => {
      if (!isId('pay', id)) throw new GatewayError('payment_not_found', 'not an id of a payment')
      // The route demands a key: without one the request was refused before.
      const keyed = idempotency as NonNullable<typeof idempotency>
      const { kind, answer } = await payments.requestRefund(id, body, keyed, request)
      return kind === 'replayed' ? replayed(answer) : fromStored(answer)
    },
})
