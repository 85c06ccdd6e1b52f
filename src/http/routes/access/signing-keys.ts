/** Public keys of access tokens. Cached five minutes at most, so that a new key is known before it is used. */
import { defineOpenRoute } from '../../define-route.ts'

export const signingKeys = defineOpenRoute({
  operation: 'signingKeys',
  method: 'GET',
  path: '/.well-known/jwks.json',
  tag: 'access',
  summary: { vi: 'Khoá công khai của thẻ truy cập', en: 'Public keys of access tokens' },
  description: { vi: 'Theo RFC 7517.', en: 'RFC 7517.' },
  personalData: false,
  answers: { 200: { description: 'The key set.', contentType: 'application/json' } },
  problems: [],
  handle:
    ({ tokenEndpoint }) =>
    async () => ({ status: 200, body: tokenEndpoint.jwks(), headers: { 'Cache-Control': 'public, max-age=300' } }),
})
