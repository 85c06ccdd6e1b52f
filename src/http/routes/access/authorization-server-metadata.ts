/** Where tokens come from and how to ask for one (RFC 8414). */
import { defineOpenRoute } from '../../define-route.ts'

export const authorizationServerMetadata = defineOpenRoute({
  operation: 'authorizationServerMetadata',
  method: 'GET',
  path: '/.well-known/oauth-authorization-server',
  tag: 'access',
  summary: { vi: 'Mô tả máy chủ cấp thẻ', en: 'Describe the token server' },
  description: { vi: 'Siêu dữ liệu theo RFC 8414.', en: 'RFC 8414 metadata.' },
  personalData: false,
  answers: { 200: { description: 'The metadata.', contentType: 'application/json' } },
  problems: [],
  handle:
    ({ tokenEndpoint }) =>
    async () => ({ status: 200, body: tokenEndpoint.metadata }),
})
