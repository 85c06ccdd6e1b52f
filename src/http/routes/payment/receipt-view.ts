/** A receipt as answered; `receipts/` makes it. */
import { z } from 'zod'
import { means } from '../../meaning.ts'
import { amount, currency, idOf, instant, livemode } from '../schemas.ts'
import { paymentExample, paymentLine } from './payment-view.ts'

const dong = z.int().min(0)

export const receiptView = z
  .strictObject({
    id: idOf('rcp'),
    payment: idOf('pay'),
    status: z.enum(['active', 'inactive']).meta({
      ...means('`inactive` once everything was given back.', '`inactive` khi toàn bộ số tiền đã được hoàn.'),
    }),
    reference: z.string(),
    dossierCode: z.string(),
    procedureCode: z.string(),
    procedureName: z.string(),
    payer: z.strictObject({ fullName: z.string() }),
    collectingUnit: z.strictObject({
      code: z.string(),
      agencyCode: z.string().exactOptional(),
      name: z.string().exactOptional(),
    }),
    lines: z.array(paymentLine),
    amount,
    currency,
    amountInWords: z.string(),
    refunded: dong,
    refundPending: dong.meta({
      ...means('Asked for, and not decided yet.', 'Đã yêu cầu hoàn, chưa có kết quả.'),
    }),
    remaining: dong.meta({ ...means('What stays paid.', 'Số tiền còn được ghi nhận là đã nộp.') }),
    portalReference: z.string().meta({ description: 'MaThamChieu.' }),
    portalTransactionId: z.string().exactOptional().meta({ description: 'MaGiaoDich.' }),
    paidAt: instant,
    issuedAt: instant,
    statement: z.string().meta({
      ...means(
        'Compact JWS, `receipt+jwt`, ES256, under a key of /.well-known/evidence-keys.json. Names nobody.',
        'JWS rút gọn, `receipt+jwt`, ES256, ký bằng khoá tại /.well-known/evidence-keys.json. Không nêu tên ai.',
      ),
    }),
    verifyUrl: z.string().meta({
      ...means('What the QR code of the PDF says.', 'Nội dung mã QR trên bản PDF.'),
    }),
    livemode,
  })
  .meta({ id: 'Receipt' })

const statement = 'eyJhbGciOiJFUzI1NiIsInR5cCI6InJlY2VpcHQrand0Iiwia2lkIjoiLi4uIn0.eyJqdGkiOiJyY3BfLi4uIn0.c2lnbmF0dXJl'

export const receiptExample = {
  id: 'rcp_01JD8Q3V5N7R9T2W4Y6A8C0E1M',
  payment: paymentExample.id,
  status: 'active',
  reference: paymentExample.reference,
  dossierCode: 'H38.17-261123-0007',
  procedureCode: '2.000635',
  procedureName: 'Cấp bản sao trích lục hộ tịch',
  payer: { fullName: 'Nguyễn Thị Hoà' },
  collectingUnit: { code: 'H38.17', agencyCode: '000.00.00.H38', name: 'Trung tâm Phục vụ hành chính công' },
  lines: paymentExample.lines,
  amount: 50_000,
  currency: 'VND',
  amountInWords: 'Năm mươi nghìn đồng',
  refunded: 0,
  refundPending: 0,
  remaining: 50_000,
  portalReference: paymentExample.attempt.portalReference,
  portalTransactionId: 'GD0000000001',
  paidAt: '2026-11-23T02:31:07.412Z',
  issuedAt: '2026-11-23T02:40:00.000Z',
  statement,
  verifyUrl: `http://127.0.0.1:8080/verify#${statement}`,
  livemode: false,
}
