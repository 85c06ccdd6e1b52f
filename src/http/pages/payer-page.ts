/** What a payer sees when the portal brought a browser here that we cannot place. */
import type { Answer } from '../define-route.ts'
import type { Language } from '../problem.ts'
import { htmlAnswer, page } from './page.ts'

const words = {
  vi: {
    title: 'Không tìm thấy giao dịch',
    lead: 'Chúng tôi chưa nhận ra giao dịch thanh toán mà quý vị vừa thực hiện.',
    advice:
      'Xin đừng nộp lại ngay. Hãy mở lại hồ sơ trên trang dịch vụ công nơi quý vị bắt đầu; kết quả thanh toán sẽ hiển thị tại đó. Nếu tiền đã bị trừ, khoản nộp vẫn được ghi nhận và đối soát tự động.',
  },
  en: {
    title: 'This payment is not known here',
    lead: 'We could not recognise the payment you have just come from.',
    advice:
      'Please do not pay again yet. Open your dossier on the public-service portal where you began; the result will be shown there. If money was taken, the payment is recorded and reconciled automatically.',
  },
} as const

export function payerPage(language: Language): Answer {
  const { title, lead, advice } = words[language]
  return htmlAnswer(
    page({
      title,
      language,
      path: '/docs',
      main: `<article class="note"><p class="eyebrow">404</p><h1>${title}</h1><p class="lead">${lead}</p><p>${advice}</p></article>`,
    }),
  )
}
