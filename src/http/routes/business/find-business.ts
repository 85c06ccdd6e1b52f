/** One firm from the national business registration database. */
import { z } from 'zod'
import { means } from '../../meaning.ts'
import { defineRoute } from '../../define-route.ts'
import { businessFound, businessFoundExample } from './business-found.ts'

const params = z.strictObject({
  code: z.string().meta({
    ...means(
      '10 digits, or 10 digits, a dash and 3 digits for a branch or representative office.',
      '10 chữ số; thêm gạch nối và 3 chữ số đối với chi nhánh, văn phòng đại diện.',
    ),
    examples: ['9900123459'],
  }),
})

export const findBusiness = defineRoute({
  operation: 'findBusiness',
  method: 'GET',
  path: '/v1/businesses/{code}',
  tag: 'business',
  summary: { vi: 'Tra cứu doanh nghiệp', en: 'Look up a business' },
  description: {
    vi: 'Chữ số kiểm tra được kiểm trước khi hỏi cơ sở dữ liệu đăng ký doanh nghiệp. Mã 12 chữ số là số định danh của chủ hộ nên không bao giờ được đặt trong URL.',
    en:
      'The check digit is tested before the registry is asked. Codes of 12 digits are the owner’s personal number and ' +
      'never travel in a URL.',
  },
  scope: 'business:read',
  idempotency: 'none',
  personalData: false,
  upstream: 'business_registry',
  params,
  answers: { 200: { description: 'The firm.', schema: businessFound, example: businessFoundExample } },
  problems: ['invalid_business_code', 'code_not_allowed_in_url', 'business_not_found', 'storage_unavailable'],
  handle:
    ({ findBusiness }) =>
    async ({ params: { code }, request }) => ({ status: 200, body: await findBusiness(code, request) }),
})
