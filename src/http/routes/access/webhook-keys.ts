/** Public keys of webhooks: what signs them now, what is about to, and what still does beside its successor. */
import { defineOpenRoute } from '../../define-route.ts'

export const webhookKeys = defineOpenRoute({
  operation: 'webhookKeys',
  method: 'GET',
  path: '/.well-known/webhook-keys.json',
  tag: 'access',
  summary: { vi: 'Khoá công khai của webhook', en: 'Public keys of webhooks' },
  description: {
    vi: 'Khoá Ed25519 (`v1a`) ở dạng JWK, kèm `standardWebhooksKey` (`whpk_…`). Khoá kế tiếp được công bố trước khi dùng một ngày; khoá cũ ký song song bảy ngày.',
    en:
      'Ed25519 keys (`v1a`) as JWKs, with `standardWebhooksKey` (`whpk_…`). A successor is published a day before its use; the former ' +
      'key signs beside it for seven days.',
  },
  personalData: false,
  answers: { 200: { description: 'The key set.', contentType: 'application/json' } },
  problems: [],
  handle:
    ({ webhookKeys }) =>
    async () => ({ status: 200, body: webhookKeys(), headers: { 'Cache-Control': 'public, max-age=300' } }),
})
