/** Asks that a payment be given up; it is closed only when the portal says so. */
import { z } from 'zod'
import { GatewayError } from '#domain/errors.ts'
import { defineRoute, fromStored, replayed } from '../../define-route.ts'
import { isId, line, pathId } from '../schemas.ts'
import { paymentExample, paymentView } from './payment-view.ts'

export const cancelPayment = defineRoute({
  operation: 'cancelPayment',
  method: 'POST',
  path: '/v1/payments/{id}/cancellation',
  tag: 'payment',
  summary: { vi: 'Huỷ khoản thanh toán', en: 'Cancel a payment' },
  description: {
    vi: 'Cổng thanh toán không có thông điệp huỷ: lần thanh toán chỉ là `cancelled` khi cổng thanh toán xác nhận giao dịch đã chết. Đến lúc đó nó là `cancelling`, và khoản được hiện là `in_doubt`. Nếu công dân nộp trước thì kết quả là `paid`.',
    en:
      'The portal has no message for it: the attempt is `cancelled` only when the portal says that the transaction is dead. ' +
      'Until then it is `cancelling`, and the payment is shown as `in_doubt`. Who pays before that has paid.',
  },
  scope: 'payment:create',
  idempotency: 'required',
  personalData: true,
  params: pathId('pay'),
  body: z.strictObject({ reason: line(250).exactOptional() }),
  bodyMayBeEmpty: true,
  bodyExample: { reason: 'Công dân rút hồ sơ' },
  answers: {
    200: {
      description: 'The payment as it stands.',
      schema: paymentView,
      example: {
        ...paymentExample,
        state: 'in_doubt',
        outcomeCertain: false,
        attempt: {
          id: paymentExample.attempt.id,
          state: 'cancelling',
          portalReference: paymentExample.attempt.portalReference,
          expiresAt: paymentExample.attempt.expiresAt,
        },
      },
    },
  },
  problems: [
    'payment_not_found',
    'attempt_in_flight',
    'outcome_unknown',
    'already_paid',
    'already_closed',
    'storage_unavailable',
  ],
  handle:
    ({ payments }) =>
    async ({ params: { id }, body, request, idempotency }) => {
      if (!isId('pay', id)) throw new GatewayError('payment_not_found', 'not an id of a payment')
      // The route demands a key: without one the request was refused before.
      const keyed = idempotency as NonNullable<typeof idempotency>
      const { kind, answer } = await payments.cancel(id, body, keyed, request)
      return kind === 'replayed' ? replayed(answer) : fromStored(answer)
    },
})
