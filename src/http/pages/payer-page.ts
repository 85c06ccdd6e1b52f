/** What a payer sees when there is nowhere to send the browser: an unknown reference, or a client without a return URL. */
import type { Answer } from '../define-route.ts'
import type { Language } from '../problem.ts'
import { htmlAnswer, page } from './page.ts'

const words = {
  vi: {
    title: 'Xin mở lại hồ sơ của quý vị',
    lead: 'Chúng tôi không thể tự đưa quý vị trở lại trang đã bắt đầu nộp phí.',
    advice:
      'Xin đừng nộp lại ngay. Hãy mở lại hồ sơ trên trang dịch vụ công nơi quý vị bắt đầu; kết quả thanh toán sẽ hiển thị tại đó. Nếu tiền đã bị trừ, kết quả vẫn được hỏi lại và ghi nhận tự động.',
  },
  en: {
    title: 'Please open your dossier again',
    lead: 'We cannot take you back to the page where you began to pay.',
    advice:
      'Please do not pay again yet. Open your dossier on the public-service portal where you began; the result will be shown there. If money was taken, the result is asked for and recorded automatically.',
  },
} as const

export function payerPage(language: Language): Answer {
  const { title, lead, advice } = words[language]
  return htmlAnswer(
    page({
      title,
      language,
      path: '/docs',
      main: `<article class="note"><h1>${title}</h1><p class="lead">${lead}</p><p>${advice}</p></article>`,
    }),
  )
}
