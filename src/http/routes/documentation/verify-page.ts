/** Where anybody checks a receipt or an evidence, without a token and without telling us which. */
import { defineOpenRoute } from '../../define-route.ts'
import { chosenLanguage, htmlAnswer, languageQuery } from '../../pages/page.ts'
import { verifyPageHeaders } from '../../pages/verify-page.ts'

export const verifyPage = defineOpenRoute({
  operation: 'verifyPage',
  method: 'GET',
  path: '/verify',
  tag: 'documentation',
  summary: { vi: 'Kiểm tra giấy xác nhận, chứng cứ', en: 'Check a receipt or an evidence' },
  description: {
    vi: 'Trình duyệt tự kiểm tra chữ ký bằng khoá công khai; nội dung sau dấu `#` không được gửi đi.',
    en: 'The browser itself checks the signature against the published keys; what follows the `#` is not sent.',
  },
  personalData: false,
  query: languageQuery,
  answers: { 200: { description: 'A page.', contentType: 'text/html' } },
  problems: [],
  handle:
    ({ documents }) =>
    async (call) =>
      htmlAnswer(documents.verification(chosenLanguage(call)), verifyPageHeaders),
})
