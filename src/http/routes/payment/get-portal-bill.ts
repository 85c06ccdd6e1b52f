/** The portal's own bill of a payment, byte for byte as the portal issued it. */
import { GatewayError } from '#domain/errors.ts'
import { defineRoute } from '../../define-route.ts'
import { isId, pathId } from '../schemas.ts'

export const getPortalBill = defineRoute({
  operation: 'getPortalBill',
  method: 'GET',
  path: '/v1/payments/{id}/receipt/portal',
  tag: 'payment',
  summary: { vi: 'Biên lai của cổng thanh toán', en: "Read the portal's own bill" },
  description: {
    vi:
      'Biên lai PDF do cổng thanh toán phát hành, nguyên vẹn từng byte. Cổng này lấy về và giữ lại ngay sau khi khoản được nộp; ' +
      'biên lai có thể đến muộn vài ngày, khi đó câu trả lời là `portal_bill_not_ready` kèm `Retry-After`. Hoàn tiền làm biên lai hết hiệu lực.',
    en:
      'The PDF that the payment portal issued, byte for byte. The gateway fetches and keeps it right after the payment; portals may be ' +
      'days late, and then the answer is `portal_bill_not_ready` with `Retry-After`. A refund ends the bill.',
  },
  scope: 'payment:read',
  idempotency: 'none',
  personalData: true,
  params: pathId('pay'),
  answers: {
    200: {
      description: 'The bill.',
      contentType: 'application/pdf',
      headers: { 'Content-Digest': 'SHA-256 of the bill (RFC 9530), as the audit log has it.' },
    },
  },
  problems: [
    'payment_not_found',
    'payment_not_paid',
    'outcome_unknown',
    'portal_bill_not_ready',
    'portal_bill_ended',
    'storage_unavailable',
  ],
  handle:
    ({ payments }) =>
    async ({ params: { id }, request }) => {
      if (!isId('pay', id)) throw new GatewayError('payment_not_found', 'not an id of a payment')
      const { pdf, sha256, portalReference } = await payments.getPortalBill(id, request)
      return {
        status: 200,
        contentType: 'application/pdf',
        body: pdf,
        headers: {
          'Content-Disposition': `inline; filename="${portalReference}.pdf"`,
          'Content-Digest': `sha-256=:${Buffer.from(sha256).toString('base64')}:`,
        },
      }
    },
})
