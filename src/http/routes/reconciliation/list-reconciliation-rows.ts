/** What a reconciliation found, row by row: a page of JSON, or a table for a clerk's spreadsheet. */
import { z } from 'zod'
import { GatewayError } from '#domain/errors.ts'
import { rowOutcomes } from '#domain/reconciliation.ts'
import { csvType, toCsv } from '../../csv.ts'
import { defineRoute } from '../../define-route.ts'
import { acceptedType } from '../../negotiate.ts'
import { after, isId, limit, listOf, pathId } from '../schemas.ts'
import { pageBody, pageWish } from '../page-body.ts'
import { reconciliationRowExample, reconciliationRowView } from './reconciliation-view.ts'

const columns = [
  'position',
  'outcome',
  'line',
  'reference',
  'transactionId',
  'transferId',
  'paymentId',
  'amountThere',
  'amountHere',
  'stateThere',
  'stateHere',
  'healed',
  'unasked',
  'caseId',
  'reason',
] as const

export const listReconciliationRows = defineRoute({
  operation: 'listReconciliationRows',
  method: 'GET',
  path: '/v1/reconciliations/{id}/rows',
  tag: 'reconciliation',
  summary: { vi: 'Từng dòng của lần đối soát', en: 'Read what a reconciliation found' },
  description: {
    vi: 'Theo thứ tự đối soát, lọc theo kết quả. Với `Accept: text/csv`, một trang là một bảng CSV mở được bằng bảng tính; `Link` dẫn tới trang sau.',
    en:
      'In the order of comparison, filtered by outcome. With `Accept: text/csv` a page is a table that a spreadsheet opens safely; ' +
      '`Link` leads to the next page.',
  },
  scope: 'reconciliation:read',
  idempotency: 'none',
  personalData: false,
  params: pathId('rec'),
  query: z.strictObject({ outcome: z.enum(rowOutcomes).exactOptional(), limit, after }),
  answers: {
    200: {
      description: 'A page.',
      schema: listOf(reconciliationRowView, 'ReconciliationRowList'),
      alsoAs: [csvType],
      example: { data: [reconciliationRowExample], hasMore: false },
      headers: { Link: 'Of the table: the next page, `rel="next"` (RFC 8288).' },
    },
  },
  problems: ['reconciliation_not_found', 'not_acceptable', 'storage_unavailable'],
  handle:
    ({ reconciliation }) =>
    async ({ params: { id }, query: { limit, after, ...filter }, request, accept }) => {
      if (!isId('rec', id)) throw new GatewayError('reconciliation_not_found', 'not an id of a reconciliation')
      const type = acceptedType(accept, ['application/json', csvType])
      const page = await reconciliation.read.rows(id, filter, pageWish(limit, after), request)
      if (type !== csvType) return { status: 200, body: pageBody(page) }
      return {
        status: 200,
        contentType: csvType,
        body: toCsv(columns, page.items),
        headers: {
          'Content-Disposition': `attachment; filename="${id}.csv"`,
          ...(page.next === undefined
            ? {}
            : { Link: `<${nextPage(id, { ...filter, limit, after: page.next })}>; rel="next"` }),
        },
      }
    },
})

function nextPage(id: string, query: Readonly<Record<string, string | number>>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value))
  return `/v1/reconciliations/${id}/rows?${parameters.toString()}`
}
