/** Takes a settlement file from a clerk. */
import { z } from 'zod'
import { defineRoute } from '../../define-route.ts'
import { dateOnly } from '../schemas.ts'
import { connectionName, settlementFileExample, settlementFileView } from './reconciliation-view.ts'
import { validate } from '../../validate.ts'

const place = z.strictObject({ connection: connectionName, date: dateOnly })

export const putSettlementFile = defineRoute({
  operation: 'putSettlementFile',
  method: 'PUT',
  path: '/v1/settlement-files/{connection}/{date}',
  tag: 'reconciliation',
  summary: { vi: 'Tải lên tệp đối soát', en: 'Bring a settlement file' },
  description: {
    vi: 'Văn bản `text/plain` UTF-8, tối đa 64 MiB, theo contracts/payment-portal/settlement-file.md. Tệp không trọn vẹn bị từ chối; dòng hỏng được để riêng. Tệp đã có được trả lời 200 và không ghi gì thêm.',
    en:
      'UTF-8 `text/plain`, at most 64 MiB, as contracts/payment-portal/settlement-file.md describes it. A file that is not whole is ' +
      'refused; a bad row is put aside. A file that is here already is answered 200 and changes nothing.',
  },
  scope: 'reconciliation:run',
  idempotency: 'none',
  personalData: false,
  params: place,
  streamedBody: 'text/plain',
  answers: {
    200: { description: 'It was here already.', schema: settlementFileView, example: settlementFileExample },
    201: { description: 'Taken in.', schema: settlementFileView, example: settlementFileExample },
  },
  problems: [
    'connection_not_found',
    'date_not_over',
    'settlement_file_refused',
    'unsupported_media_type',
    'body_too_large',
    'storage_unavailable',
  ],
  handle:
    ({ reconciliation }) =>
    async ({ params, chunks, request }) => {
      const day: z.infer<typeof place> = validate(place, params, '/path')
      const { isNew, file } = await reconciliation.putFile(day, chunks, request)
      return { status: isNew ? 201 : 200, body: file }
    },
})
