/** One reconciliation: how far it is, and counts and sums of each outcome. */
import { GatewayError } from '#domain/errors.ts'
import { defineRoute } from '../../define-route.ts'
import { isId, pathId } from '../schemas.ts'
import { reconciliationExample, reconciliationView } from './reconciliation-view.ts'

export const getReconciliation = defineRoute({
  operation: 'getReconciliation',
  method: 'GET',
  path: '/v1/reconciliations/{id}',
  tag: 'reconciliation',
  summary: { vi: 'Xem lần đối soát', en: 'Read a reconciliation' },
  description: {
    vi: 'Tiến độ, và số lượng cùng tổng tiền của từng kết quả.',
    en: 'Its progress, and counts and sums of each outcome.',
  },
  scope: 'reconciliation:read',
  idempotency: 'none',
  personalData: false,
  params: pathId('rec'),
  answers: { 200: { description: 'As it stands.', schema: reconciliationView, example: reconciliationExample } },
  problems: ['reconciliation_not_found', 'storage_unavailable'],
  handle:
    ({ reconciliation }) =>
    async ({ params: { id }, request }) => {
      if (!isId('rec', id)) throw new GatewayError('reconciliation_not_found', 'not an id of a reconciliation')
      return { status: 200, body: await reconciliation.read.get(id, request) }
    },
})
