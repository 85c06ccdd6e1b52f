/** Another attempt at the portal for a payment whose former one is proven dead. */
import { z } from 'zod'
import { GatewayError } from '#domain/errors.ts'
import { defineRoute, fromStored, replayed } from '../../define-route.ts'
import { instant, isId, pathId } from '../schemas.ts'
import { paymentExample, paymentView } from './payment-view.ts'

export const createAttempt = defineRoute({
  operation: 'createAttempt',
  method: 'POST',
  path: '/v1/payments/{id}/attempts',
  tag: 'payment',
  summary: { vi: 'Mở lần thanh toán mới', en: 'Open another attempt' },
  description: {
    vi: 'Chỉ khi lần trước đã chắc chắn kết thúc: `failed`, `expired` hoặc `cancelled`. Lần mới có mã tham chiếu mới tại cổng thanh toán; nghĩa vụ được giữ lại trong cùng một lần ghi. Trả lời theo đúng quy tắc của việc tạo: đã ghi thì luôn là 201.',
    en:
      'Only when the former attempt is proven dead: `failed`, `expired` or `cancelled`. The new one has a new reference at ' +
      'the portal, and the obligation is retaken in the same commit. It answers as creation does: once committed, always 201.',
  },
  scope: 'payment:create',
  idempotency: 'required',
  personalData: true,
  params: pathId('pay'),
  body: z.strictObject({ expiresAt: instant.exactOptional() }),
  bodyMayBeEmpty: true,
  bodyExample: { expiresAt: '2026-11-24T09:30:00+07:00' },
  answers: { 201: { description: 'The payment with its new attempt.', schema: paymentView, example: paymentExample } },
  problems: [
    'payment_not_found',
    'attempt_in_flight',
    'outcome_unknown',
    'already_paid',
    'obligation_exists',
    'expiry_not_acceptable',
    'upstream_not_configured',
    'storage_unavailable',
  ],
  handle:
    ({ payments }) =>
    async ({ params: { id }, body, request, idempotency }) => {
      if (!isId('pay', id)) throw new GatewayError('payment_not_found', 'not an id of a payment')
      // The route demands a key: without one the request was refused before.
      const keyed = idempotency as NonNullable<typeof idempotency>
      const { kind, answer } = await payments.createAttempt(id, body, keyed, request)
      return kind === 'replayed' ? replayed(answer) : fromStored(answer)
    },
})
