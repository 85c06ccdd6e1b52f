/** All problems on one page. */
import { defineOpenRoute } from '../../define-route.ts'
import { chosenLanguage, htmlAnswer, languageQuery } from '../../pages/page.ts'

export const problemIndex = defineOpenRoute({
  operation: 'problemIndex',
  method: 'GET',
  path: '/docs/problems',
  tag: 'documentation',
  summary: { vi: 'Danh mục lỗi', en: 'All problems' },
  description: {
    vi: 'Mọi mã lỗi có thể gặp, kèm trạng thái HTTP và lời khuyên về việc gửi lại.',
    en: 'Every code an answer may carry, with its status and advice on repeating.',
  },
  personalData: false,
  query: languageQuery,
  answers: { 200: { description: 'A page.', contentType: 'text/html' } },
  problems: [],
  handle:
    ({ documents }) =>
    async (call) =>
      htmlAnswer(documents.problems(chosenLanguage(call))),
})
