/** Which payments make up one bank transfer. */
import { z } from 'zod'
import { GatewayError } from '#domain/errors.ts'
import { defineRoute } from '../../define-route.ts'
import { after, limit, listOf } from '../schemas.ts'
import { pageBody, pageWish } from '../page-body.ts'
import { transferRowExample, transferRowView } from './reconciliation-view.ts'

const transferId = z
  .string()
  .regex(/^[0-9A-Za-z]{1,64}$/)
  .meta({ description: 'MaLenhChuyenTien.', examples: ['CT20261122SAOBIEN'] })

export const listTransferPayments = defineRoute({
  operation: 'listTransferPayments',
  method: 'GET',
  path: '/v1/transfers/{id}/payments',
  tag: 'reconciliation',
  summary: { vi: 'Các khoản trong một lệnh chuyển tiền', en: 'List the payments of a bank transfer' },
  description: {
    vi: 'Theo tệp đối soát mới nhất của từng ngày. Dòng không có `paymentId` là khoản không phải của quý đơn vị.',
    en: 'By the newest settlement file of each day. A row without `paymentId` is for something that is not yours.',
  },
  scope: 'reconciliation:read',
  idempotency: 'none',
  personalData: false,
  params: z.strictObject({ id: transferId }),
  query: z.strictObject({ limit, after }),
  answers: {
    200: {
      description: 'A page, oldest day first; empty for a transfer no file names.',
      schema: listOf(transferRowView, 'TransferPaymentList'),
      example: { data: [transferRowExample], hasMore: false },
    },
  },
  problems: ['invalid_request', 'storage_unavailable'],
  handle:
    ({ reconciliation }) =>
    async ({ params: { id }, query: { limit, after }, request }) => {
      if (!transferId.safeParse(id).success) throw new GatewayError('invalid_request', 'not the form of a transfer id')
      return { status: 200, body: pageBody(await reconciliation.read.transfer(id, pageWish(limit, after), request)) }
    },
})
