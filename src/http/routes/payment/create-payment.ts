/** Records an obligation and opens its first attempt at the national payment portal. */
import { z } from 'zod'
import { means } from '../../meaning.ts'
import { GatewayError } from '#domain/errors.ts'
import { maxAmountDong } from '#domain/money.ts'
import { defineRoute, fromStored, replayed } from '../../define-route.ts'
import { amount, dateOnly, instant, line, refusal, procedureCode } from '../schemas.ts'
import { paymentExample, paymentView } from './payment-view.ts'

const orderLine = z.strictObject({
  code: line(50).meta({ examples: ['P01'] }),
  name: line(250),
  kind: z.enum(['phi', 'le_phi', 'fine']).meta({
    ...means('A fee for a service (phí), a charge (lệ phí) or a fine (tiền phạt).', 'Phí, lệ phí hoặc tiền phạt.'),
  }),
  amount,
  instalment: z
    .int()
    .min(1)
    .max(999)
    .default(1)
    .meta({ ...means('Which instalment of the same fee.', 'Kỳ nộp thứ mấy của cùng một khoản.') }),
})

const fine = z
  .strictObject({
    penaltyTypeCode: line(50),
    penaltyTypeName: line(250),
    decidingAgencyCode: line(50),
    decidingAgencyName: line(250),
    treasury: line(100).meta({ ...means('The state treasury that receives it.', 'Kho bạc nhận tiền.') }),
    decisionDate: dateOnly,
    decisionNumber: line(100),
    violationTime: line(50),
    violationPlace: line(250),
    violatorName: line(200),
    budgetAccount: line(50).exactOptional(),
  })
  .meta({
    id: 'FineDetails',
    ...means(
      'What an administrative fine carries besides its lines.',
      'Thông tin quyết định xử phạt, chỉ dùng cho tiền phạt.',
    ),
  })

const tooMuch = refusal('too_large', {
  vi: 'Tổng số tiền vượt quá 999.999.999.999 đồng.',
  en: 'The total is more than 999,999,999,999 đồng.',
})
const body = z
  .strictObject({
    reference: line(100).meta({
      ...means('Yours, unique in the tenant for ever.', 'Mã tham chiếu của quý đơn vị, duy nhất vĩnh viễn.'),
      examples: ['H38.17-261123-0007:P01'],
    }),
    dossierCode: line(64).meta({ examples: ['H38.17-261123-0007'] }),
    procedureCode: procedureCode.meta({ examples: ['2.000635'] }),
    procedureName: line(500),
    payer: z.strictObject({
      fullName: line(200),
      personalId: z
        .string()
        .max(64)
        .exactOptional()
        .meta({ ...means('12 or 9 digits.', '12 hoặc 9 chữ số.') }),
      address: line(500).exactOptional(),
    }),
    lines: z.array(orderLine).min(1).max(50),
    collectingUnit: line(64).meta({
      ...means('A unit of the configuration.', 'Mã đơn vị thu đã được cấu hình.'),
      examples: ['H38.17'],
    }),
    fine: fine.exactOptional(),
    returnUrl: line(2_000)
      .exactOptional()
      .meta({
        ...means(
          'Where the payer’s browser comes back to.',
          'Nơi trình duyệt của người nộp quay về; phải thuộc nguồn đã đăng ký.',
        ),
      }),
    expiresAt: instant.exactOptional(),
  })
  .refine(({ lines }) => totalOf(lines) <= maxAmountDong, { ...tooMuch, path: ['lines'] })

const totalOf = (lines: readonly { readonly amount: number }[]): bigint =>
  lines.reduce((total, { amount }) => total + BigInt(amount), 0n)

export const createPayment = defineRoute({
  operation: 'createPayment',
  method: 'POST',
  path: '/v1/payments',
  tag: 'payment',
  summary: { vi: 'Tạo khoản thanh toán', en: 'Create a payment' },
  description: {
    vi: 'Khoản thanh toán được ghi bền vững trước, sau đó cổng thanh toán được gọi trong tối đa 8 giây. Đã ghi thì câu trả lời luôn là 201 với tình trạng thực tế: `awaiting_payer` kèm `payUrl`, `submitting`, `in_doubt` hoặc `failed`.',
    en:
      'The payment is committed first, then the portal is called for at most 8 s. Once it is committed the answer is ' +
      'always 201 with the payment as it stands: `awaiting_payer` with `payUrl`, `submitting`, `in_doubt` or `failed`.',
  },
  scope: 'payment:create',
  idempotency: 'required',
  // payUrl opens the citizen's own payment page: nothing for a cache.
  personalData: true,
  body,
  bodyExample: {
    reference: 'H38.17-261123-0007:P01',
    dossierCode: 'H38.17-261123-0007',
    procedureCode: '2.000635',
    procedureName: 'Cấp bản sao trích lục hộ tịch',
    payer: { fullName: 'Nguyễn Thị Hoà', personalId: '015185000011' },
    lines: [{ code: 'P01', name: 'Phí cấp bản sao trích lục hộ tịch', kind: 'phi', amount: 50_000 }],
    collectingUnit: 'H38.17',
    returnUrl: 'https://one-stop.example/return',
  },
  answers: { 201: { description: 'The payment as it stands.', schema: paymentView, example: paymentExample } },
  problems: [
    'invalid_personal_id',
    'unknown_collecting_unit',
    'fee_not_in_catalogue',
    'return_url_not_allowed',
    'expiry_not_acceptable',
    'reference_exists',
    'obligation_exists',
    'upstream_not_configured',
    'storage_unavailable',
  ],
  handle:
    ({ payments, clients }) =>
    async ({ body, request, idempotency }) => {
      requirePayerId(body)
      const { clientId } = request.principal
      const client = body.returnUrl === undefined ? undefined : await clients.find(clientId)
      const { kind, answer } = await payments.create(
        body,
        { returnOrigins: client?.returnOrigins ?? [] },
        // The route demands a key: without one the request was refused before.
        idempotency as NonNullable<typeof idempotency>,
        request,
      )
      return kind === 'replayed' ? replayed(answer) : fromStored(answer)
    },
})

function requirePayerId({ payer: { personalId } }: z.infer<typeof body>): void {
  if (personalId === undefined || /^(\d{12}|\d{9})$/.test(personalId)) return
  const message = { vi: 'Phải gồm 12 hoặc 9 chữ số.', en: 'It must have 12 or 9 digits.' }
  throw new GatewayError('invalid_personal_id', "the payer's number has a wrong form", {
    errors: [{ pointer: '/payer/personalId', code: 'wrong_format', message }],
  })
}
