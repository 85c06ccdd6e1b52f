/** The portal's notification (IPN). Unauthenticated internet until its checksum is right; answered in the portal's own form. */
import { GatewayError } from '#domain/errors.ts'
import { defineOpenRoute } from '../../define-route.ts'
import { connectionParams, isConnection } from './connection.ts'

export const receiveNotification = defineOpenRoute({
  operation: 'receiveNotification',
  method: 'POST',
  path: '/notifications/{connection}',
  tag: 'portal',
  summary: { vi: 'Nhận thông báo của cổng thanh toán', en: 'Receive a portal notification' },
  description: {
    vi: 'Chỉ dành cho cổng thanh toán; trả lời theo dạng riêng của cổng. Mã xác thực đúng: lưu lại, trả lời `MaLoi` 00 (PayGov: `SUCCESSFUL`), rồi hỏi lại cổng trước khi ghi nhận đã nộp; cổng không hỏi lại được thì khoản thu ở `in_doubt` đến khi tệp đối soát xác nhận. Mã xác thực sai: `MaLoi` 07 (PayGov: `SIGNATURE_WRONG`). Không lưu được: 503 để cổng gửi lại.',
    en:
      'For the payment portal only, and answered in its own form. A right checksum: stored, then answered `MaLoi` 00 ' +
      '(PayGov: `SUCCESSFUL`), then confirmed by asking before anything counts as paid; where the portal cannot be asked the ' +
      'payment is `in_doubt` until a settlement file confirms it. A wrong one: `MaLoi` 07 (PayGov: `SIGNATURE_WRONG`). ' +
      'When it cannot be stored: 503, so that the portal repeats.',
  },
  personalData: true,
  params: connectionParams,
  requestContentType: 'application/json',
  answers: {
    200: { description: 'The portal’s own form of acknowledgement.', contentType: 'application/json' },
    503: { description: 'Not stored; to be sent again.', contentType: 'application/json' },
  },
  problems: ['body_too_large', 'route_not_found'],
  handle:
    ({ payments }) =>
    async ({ params: { connection }, readBody }) => {
      if (!isConnection(connection)) throw unknownConnection()
      const outcome = await payments.receiveNotification(connection, await readBody())
      switch (outcome.kind) {
        case 'unknown_connection':
          throw unknownConnection()
        case 'try_again':
          return { status: 503, contentType: 'application/json', body: outcome.body }
        default:
          return { status: 200, contentType: 'application/json', body: outcome.body }
      }
    },
})

const unknownConnection = (): GatewayError => new GatewayError('route_not_found', 'no such portal connection')
