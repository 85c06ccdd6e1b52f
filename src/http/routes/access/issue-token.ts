/** Client credentials for access tokens. Mounted whole: the token endpoint reads and answers by itself. */
import { defineOpenRoute } from '../../define-route.ts'

export const issueToken = defineOpenRoute({
  operation: 'issueToken',
  method: 'POST',
  path: '/oauth2/token',
  tag: 'access',
  summary: { vi: 'Cấp thẻ truy cập', en: 'Issue an access token' },
  description: {
    vi: 'Client credentials với `private_key_jwt` (RFC 7523): gửi `grant_type=client_credentials`, `client_assertion_type`, `client_assertion` và `scope` dưới dạng biểu mẫu. Trả về thẻ `at+jwt` theo RFC 9068, hiệu lực tối đa 300 giây. Lỗi theo RFC 6749 mục 5.2.',
    en:
      'Client credentials with `private_key_jwt` (RFC 7523): `grant_type=client_credentials`, `client_assertion_type`, ' +
      '`client_assertion` and `scope` as a form. The answer is an RFC 9068 `at+jwt` of at most 300 seconds. ' +
      'Errors follow RFC 6749 section 5.2.',
  },
  personalData: true,
  requestContentType: 'application/x-www-form-urlencoded',
  answers: {
    200: { description: 'The token.', contentType: 'application/json' },
    400: { description: 'RFC 6749: `invalid_request`, `invalid_scope`, …', contentType: 'application/json' },
    401: { description: 'RFC 6749: `invalid_client`.', contentType: 'application/json' },
    413: { description: 'RFC 6749: `invalid_request`, the form is too large.', contentType: 'application/json' },
    429: { description: 'Too many failed attempts; see `Retry-After`.', contentType: 'application/json' },
  },
  problems: [],
  handle:
    ({ tokenEndpoint }) =>
    async ({ requestId, raw: { request, response } }) => {
      response.setHeader('X-Request-Id', requestId)
      await tokenEndpoint.handler(request, response)
      return 'answered'
    },
})
