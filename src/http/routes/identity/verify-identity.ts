/** Compares what a citizen declared with the population database: verdicts out, no personal data. */
import { z } from 'zod'
import { means } from '../../meaning.ts'
import { defineRoute } from '../../define-route.ts'
import { dateOnly, line, partialDate, purpose } from '../schemas.ts'
import { identityVerification, identityVerificationExample } from './identity-verification.ts'

const permanentAddress = z.strictObject({
  provinceCode: z
    .string()
    .regex(/^\d{2}$/)
    .meta({ examples: ['15'] }),
  communeCode: z
    .string()
    .regex(/^\d{5}$/)
    .exactOptional(),
  codesAsOf: dateOnly.exactOptional().meta({
    ...means(
      'The day whose code list the codes are taken from; the current list when absent.',
      'Mã lấy theo danh mục có hiệu lực vào ngày này; bỏ trống là danh mục hiện hành.',
    ),
  }),
})

const subject = z
  .strictObject({
    // Exactly one of the two, length and digits: judged by the use case, for a wrong number is 422 and no wrong shape.
    personalId: z
      .string()
      .max(64)
      .exactOptional()
      .meta({
        ...means('12 digits (số định danh cá nhân).', 'Số định danh cá nhân, 12 chữ số.'),
        examples: ['015185000011'],
      }),
    legacyId: z
      .string()
      .max(64)
      .exactOptional()
      .meta({ ...means('9 digits (số CMND).', 'Số chứng minh nhân dân cũ, 9 chữ số.') }),
    fullName: line(200).meta({ ...means('With its accents.', 'Họ tên đầy đủ, có dấu.'), examples: ['Nguyễn Thị Hoà'] }),
    dateOfBirth: partialDate,
    gender: z.enum(['male', 'female']).exactOptional(),
    permanentAddress: permanentAddress.exactOptional(),
  })
  .meta({
    id: 'Subject',
    ...means(
      'Whom it is about: number, name and birth date as the citizen declared them.',
      'Công dân được xác minh: số, họ tên và ngày sinh đúng như đã khai.',
    ),
  })

const body = z.strictObject({ subject, purpose })

export const verifyIdentity = defineRoute({
  operation: 'verifyIdentity',
  method: 'POST',
  path: '/v1/identity-verifications',
  tag: 'identity',
  summary: { vi: 'Xác minh nhân thân', en: 'Verify an identity' },
  description: {
    vi: 'Đối chiếu thông tin công dân khai với Cơ sở dữ liệu quốc gia về dân cư và trả về kết quả cho từng trường. Câu trả lời không chứa dữ liệu cá nhân và kèm chứng cứ là một JWS rút gọn.',
    en:
      'Compares what a citizen declared with the national population database and returns a verdict per attribute. ' +
      'The answer holds no personal data and carries its evidence, a compact JWS.',
  },
  scope: 'identity:verify',
  idempotency: 'honoured',
  personalData: false,
  upstream: 'population',
  body,
  bodyExample: {
    subject: {
      personalId: '015185000011',
      fullName: 'Nguyễn Thị Hoà',
      dateOfBirth: '1985-03-07',
      gender: 'female',
      permanentAddress: { provinceCode: '15', codesAsOf: '2025-07-01' },
    },
    purpose: { procedureCode: '2.000635', dossierCode: 'H38.17-261123-0007', officerId: '015080000123' },
  },
  answers: {
    200: { description: 'The verdicts.', schema: identityVerification, example: identityVerificationExample },
  },
  problems: ['purpose_required', 'invalid_personal_id', 'storage_unavailable'],
  handle:
    ({ verifyIdentity }) =>
    async ({ body, request, idempotency }) => ({ status: 200, body: await verifyIdentity(body, request, idempotency) }),
})
