/** Public keys of evidence: history for ever, so that a statement can be checked years later. */
import { defineOpenRoute } from '../../define-route.ts'

export const evidenceKeys = defineOpenRoute({
  operation: 'evidenceKeys',
  method: 'GET',
  path: '/.well-known/evidence-keys.json',
  tag: 'access',
  summary: { vi: 'Khoá công khai của chứng cứ', en: 'Public keys of evidence' },
  description: {
    vi: 'Mọi khoá chứng cứ từng được dùng; khoá đã đóng mang ngày kết thúc.',
    en: 'Every evidence key there ever was; closed ones carry their end date.',
  },
  personalData: false,
  answers: { 200: { description: 'The key set.', contentType: 'application/json' } },
  problems: [],
  handle:
    ({ evidenceKeys }) =>
    async () => ({ status: 200, body: evidenceKeys(), headers: { 'Cache-Control': 'public, max-age=300' } }),
})
