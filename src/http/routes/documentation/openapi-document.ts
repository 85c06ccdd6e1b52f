/** The API described for machines. */
import { defineOpenRoute } from '../../define-route.ts'

export const openapiDocument = defineOpenRoute({
  operation: 'openapiDocument',
  method: 'GET',
  path: '/openapi.json',
  tag: 'documentation',
  summary: { vi: 'Mô tả API cho máy đọc', en: 'The API for machines' },
  description: {
    vi: 'OpenAPI 3.1, sinh từ chính mã nguồn trả lời yêu cầu.',
    en: 'OpenAPI 3.1, generated from the code that answers.',
  },
  personalData: false,
  answers: { 200: { description: 'The document.', contentType: 'application/json' } },
  problems: [],
  handle:
    ({ documents }) =>
    async () => ({
      status: 200,
      body: documents.openApi(),
      contentType: 'application/json',
      // Read by tools in browsers; there is nothing secret in it.
      headers: { 'Access-Control-Allow-Origin': '*' },
    }),
})
