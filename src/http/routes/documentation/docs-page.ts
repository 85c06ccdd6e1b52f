/** The API described for people, in Vietnamese or English, without anything from elsewhere. */
import { defineOpenRoute } from '../../define-route.ts'
import { chosenLanguage, htmlAnswer, languageQuery } from '../../pages/page.ts'

export const docsPage = defineOpenRoute({
  operation: 'docsPage',
  method: 'GET',
  path: '/docs',
  tag: 'documentation',
  summary: { vi: 'Tài liệu API', en: 'API reference' },
  description: {
    vi: 'Xem được khi không có Internet: phông chữ và kiểu trình bày đều lấy tại đây.',
    en: 'Works offline: fonts and styles come from here.',
  },
  personalData: false,
  query: languageQuery,
  answers: { 200: { description: 'A page.', contentType: 'text/html' } },
  problems: [],
  handle:
    ({ documents }) =>
    async (call) =>
      htmlAnswer(documents.reference(chosenLanguage(call))),
})
