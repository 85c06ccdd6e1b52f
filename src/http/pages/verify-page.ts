/** The page where receipts and evidence are checked. Every word it may have to say is in it; `verify/verify.js` picks. */
import type { Language } from '../problem.ts'
import { escapeHtml, page, pageHeaders, prose, type Html } from './page.ts'

/** The only page with a script: our own file, which may ask this house for the keys and nobody for anything else. */
export const verifyPageHeaders: Readonly<Record<string, string>> = {
  ...pageHeaders,
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'Permissions-Policy': 'camera=(self), microphone=(), geolocation=()',
}

interface Outcome {
  readonly title: string
  readonly text: string
}

interface Fact {
  readonly claim: string
  readonly form?: 'dong' | 'moment' | 'lines'
  readonly label: Readonly<Record<Language, string>>
}

/** Every outcome, and how it looks. */
const tones = {
  receipt: 'good',
  void: 'bad',
  evidence: 'good',
  altered: 'bad',
  unknown_key: 'open',
  foreign: 'open',
  misdated: 'bad',
  unreadable: 'open',
  cannot_check: 'open',
  no_camera: 'open',
} as const
type OutcomeName = keyof typeof tones
const outcomeNames = Object.keys(tones) as readonly OutcomeName[]

const receiptFacts: readonly Fact[] = [
  { claim: 'total', form: 'dong', label: { vi: 'Số tiền đã nộp', en: 'Amount paid' } },
  { claim: 'refunded', form: 'dong', label: { vi: 'Đã hoàn trả', en: 'Given back' } },
  { claim: 'dossier', label: { vi: 'Mã hồ sơ', en: 'Dossier' } },
  { claim: 'reference', label: { vi: 'Mã khoản thu', en: 'Reference' } },
  { claim: 'unit', label: { vi: 'Đơn vị thu', en: 'Collecting unit' } },
  { claim: 'paid_at', form: 'moment', label: { vi: 'Ghi nhận đã nộp', en: 'Recorded as paid' } },
  { claim: 'portal_transaction', label: { vi: 'Mã giao dịch của cổng thanh toán', en: 'The portal’s transaction' } },
  { claim: 'portal_reference', label: { vi: 'Mã tham chiếu', en: 'Portal reference' } },
  { claim: 'lines', form: 'lines', label: { vi: 'Các khoản', en: 'Lines' } },
  { claim: 'line_count', label: { vi: 'Số khoản', en: 'Number of lines' } },
  { claim: 'lines_sha256', label: { vi: 'SHA-256 của các khoản', en: 'SHA-256 of the lines' } },
  { claim: 'jti', label: { vi: 'Số giấy', en: 'Receipt' } },
  { claim: 'iat', form: 'moment', label: { vi: 'Ký lúc', en: 'Signed' } },
]

const evidenceFacts: readonly Fact[] = [
  { claim: 'result', label: { vi: 'Kết quả', en: 'Result' } },
  { claim: 'purpose', label: { vi: 'Thao tác', en: 'Operation' } },
  { claim: 'procedure', label: { vi: 'Thủ tục', en: 'Procedure' } },
  { claim: 'dossier', label: { vi: 'Mã hồ sơ', en: 'Dossier' } },
  { claim: 'upstream', label: { vi: 'Hệ thống quốc gia', en: 'National system' } },
  { claim: 'tenant', label: { vi: 'Cơ quan', en: 'Agency' } },
  { claim: 'client_id', label: { vi: 'Hệ thống gọi', en: 'Calling system' } },
  { claim: 'audit_entry', label: { vi: 'Mục nhật ký', en: 'Audit entry' } },
  { claim: 'jti', label: { vi: 'Số chứng cứ', en: 'Evidence' } },
  { claim: 'iat', form: 'moment', label: { vi: 'Ký lúc', en: 'Signed' } },
]

interface Words {
  readonly title: string
  readonly lead: string
  readonly field: string
  readonly placeholder: string
  readonly check: string
  readonly scan: string
  readonly clear: string
  readonly private: string
  readonly noScript: string
  readonly outcomes: Readonly<Record<OutcomeName, Outcome>>
  readonly kinds: Readonly<Record<'phi' | 'le_phi' | 'fine', string>>
  readonly sandbox: string
  readonly refunded: string
  readonly afterReceipt: string
  readonly afterEvidence: string
}

const words: Readonly<Record<Language, Words>> = {
  vi: {
    title: 'Kiểm tra giấy xác nhận, chứng cứ',
    lead: 'Dán nội dung, mở liên kết từ mã QR, hoặc quét bằng máy ảnh. Trình duyệt của bạn tự kiểm tra chữ ký số.',
    field: 'Nội dung cần kiểm tra',
    placeholder: 'eyJhbGciOiJFUzI1NiIs…',
    check: 'Kiểm tra',
    scan: 'Quét mã QR',
    clear: 'Xoá',
    private:
      'Không có gì được gửi đi: trang chỉ tải khoá công khai của cổng, việc kiểm tra diễn ra ngay trên máy này. Sau khi tải trang và khoá, không cần mạng.',
    noScript: 'Trình duyệt đang tắt JavaScript nên không thể kiểm tra chữ ký. Hãy bật lên cho trang này.',
    outcomes: {
      receipt: {
        title: 'Giấy xác nhận hợp lệ',
        text: 'Chữ ký đúng: cổng đã phát hành giấy này và nội dung dưới đây chưa bị sửa. Hãy so với bản bạn đang cầm.',
      },
      void: {
        title: 'Giấy này không còn hiệu lực',
        text: 'Chữ ký đúng, nhưng chính giấy này nói rằng toàn bộ số tiền đã được hoàn trả.',
      },
      evidence: {
        title: 'Chứng cứ hợp lệ',
        text: 'Chữ ký đúng: cổng đã trả lời như dưới đây vào thời điểm ghi trong chứng cứ, và nội dung chưa bị sửa.',
      },
      altered: {
        title: 'Nội dung đã bị sửa',
        text: 'Chữ ký không khớp với nội dung. Có người đã thay đổi, hoặc một ký tự bị sai khi sao chép. Đừng tin nội dung này; hãy quét lại từ bản gốc.',
      },
      unknown_key: {
        title: 'Không nhận ra khoá ký',
        text: 'Cổng này chưa từng ký bằng khoá đó. Nội dung có thể do một cổng khác phát hành, hoặc là giả. Ở đây không kết luận được.',
      },
      foreign: {
        title: 'Do nơi khác phát hành',
        text: 'Nội dung ghi tên một nơi phát hành khác. Hãy kiểm tra tại trang của nơi đó.',
      },
      misdated: {
        title: 'Ngày ký không đáng tin',
        text: 'Vào ngày ghi trong nội dung, khoá này không được dùng để ký. Đừng tin nội dung này.',
      },
      unreadable: {
        title: 'Không phải giấy xác nhận hay chứng cứ',
        text: 'Không đọc được. Nội dung phải có ba phần nối bằng dấu chấm và được chép đủ; các loại mã khác, kể cả mã QR nộp tiền, không kiểm tra ở đây.',
      },
      cannot_check: {
        title: 'Chưa kiểm tra được',
        text: 'Không tải được khoá công khai, hoặc trình duyệt không có công cụ mật mã (trang phải mở qua https). Kết quả chưa rõ: hãy thử lại.',
      },
      no_camera: {
        title: 'Không mở được máy ảnh',
        text: 'Hãy cho phép trang này dùng máy ảnh, hoặc dán nội dung vào ô trên. Hình ảnh không rời khỏi máy này.',
      },
    },
    kinds: { phi: 'Phí', le_phi: 'Lệ phí', fine: 'Tiền phạt' },
    sandbox: 'Từ môi trường thử nghiệm: không có tiền thật và không có giá trị.',
    refunded: 'Một phần số tiền đã được hoàn trả trước khi giấy này được ký.',
    afterReceipt:
      'Giấy không chứa tên người nộp, nên tên in trên bản giấy không được chữ ký này bảo vệ. Việc hoàn tiền hoặc điều chỉnh sau lúc ký không thấy được ở đây: đơn vị có quyền truy cập đọc `GET /v1/payments/{id}/receipt`; nếu ở đó là số giấy khác hoặc không có giấy nào, giấy này không còn đúng.',
    afterEvidence:
      'Chứng cứ không chứa dữ liệu cá nhân: người và nội dung chỉ có mặt dưới dạng mã băm. Nó chứng minh cổng đã trả lời như vậy, không chứng minh rằng hiện nay vẫn vậy.',
  },
  en: {
    title: 'Check a receipt or an evidence',
    lead: 'Paste it, open the link of its QR code, or scan it. Your own browser checks the digital signature.',
    field: 'What is to be checked',
    placeholder: 'eyJhbGciOiJFUzI1NiIs…',
    check: 'Check',
    scan: 'Scan a QR code',
    clear: 'Clear',
    private:
      'Nothing is sent: this page only fetches the gateway’s public keys, and the check happens on this machine. Once page and keys are loaded, no network is needed.',
    noScript: 'JavaScript is switched off, so the signature cannot be checked. Please allow it for this page.',
    outcomes: {
      receipt: {
        title: 'A valid receipt',
        text: 'The signature holds: the gateway issued it, and what is shown below is unaltered. Compare it with what you hold in your hand.',
      },
      void: {
        title: 'This receipt is void',
        text: 'The signature holds, but the receipt itself says that all of the money was given back.',
      },
      evidence: {
        title: 'Valid evidence',
        text: 'The signature holds: this is what the gateway answered at the time it names, and it is unaltered.',
      },
      altered: {
        title: 'It was altered',
        text: 'The signature does not fit the content. Somebody changed it, or a character went wrong in copying. Do not believe it; scan the original again.',
      },
      unknown_key: {
        title: 'The key is unknown',
        text: 'This gateway never signed with that key. It may be of another gateway, or forged. Here nothing can be said about it.',
      },
      foreign: {
        title: 'Issued elsewhere',
        text: 'It names another issuer. Check it on that issuer’s page.',
      },
      misdated: {
        title: 'Its date cannot be true',
        text: 'On the date it names this key was not in use. Do not believe it.',
      },
      unreadable: {
        title: 'Neither a receipt nor evidence',
        text: 'It cannot be read. It must have three parts joined by dots, copied whole; other codes, such as those to pay with, are not checked here.',
      },
      cannot_check: {
        title: 'Not checked yet',
        text: 'The public keys could not be loaded, or the browser offers no cryptography (the page must be opened by https). The outcome is unknown: please try again.',
      },
      no_camera: {
        title: 'The camera cannot be used',
        text: 'Allow this page to use it, or paste into the field above. No picture leaves this machine.',
      },
    },
    kinds: { phi: 'Fee', le_phi: 'Charge', fine: 'Fine' },
    sandbox: 'From a sandbox: no real money, and of no value.',
    refunded: 'Part of the money had been given back before this receipt was signed.',
    afterReceipt:
      'It does not hold the payer’s name, so a name printed on paper is not covered by this signature. A refund or a correction after it was signed cannot be seen here: whoever has access reads `GET /v1/payments/{id}/receipt`; if there is another receipt, or none, this one is no longer true.',
    afterEvidence:
      'Evidence holds no personal data: people and contents are in it as digests only. It proves what the gateway answered then, not that it is so today.',
  },
}

export function verifyPage(language: Language, publicUrl: string): Html {
  const text = words[language]
  const kinds = Object.entries(text.kinds).map(([kind, name]) => ` data-kind_${kind}="${name}"`)
  return page({
    title: text.title,
    language,
    path: '/verify',
    script: '/docs/assets/verify.js',
    main: `<article class="note desk" id="desk" data-issuer="${escapeHtml(publicUrl)}"${kinds.join('')}>
<h1>${text.title}</h1>
<p class="lead">${text.lead}</p>
<noscript><p class="outcome open">${text.noScript}</p></noscript>
<label for="statement">${text.field}</label>
<textarea id="statement" rows="5" spellcheck="false" autocomplete="off" autocapitalize="none" placeholder="${text.placeholder}"></textarea>
<p class="acts"><button class="button" id="check" type="button">${text.check}</button>
<button class="button quiet" id="scan" type="button" hidden>${text.scan}</button>
<button class="button quiet" id="clear" type="button">${text.clear}</button></p>
<video id="camera" muted playsinline hidden></video>
<div id="outcome" role="status" aria-live="polite"></div>
<p class="private">${text.private}</p>
${outcomeNames.map((name) => template(name, language)).join('\n')}
</article>`,
  })
}

function template(name: OutcomeName, language: Language): Html {
  const { title, text } = words[language].outcomes[name]
  return `<template data-outcome="${name}"><section class="outcome ${tones[name]}"><h2>${title}</h2><p>${text}</p>${detailsOf(name, language)}</section></template>`
}

function detailsOf(name: OutcomeName, language: Language): Html {
  const text = words[language]
  if (name === 'evidence') return facts(evidenceFacts, language) + remark(text.afterEvidence)
  if (name !== 'receipt' && name !== 'void') return ''
  const sandbox = `<p class="warning" data-when="sandbox">${text.sandbox}</p>`
  const refunded = `<p class="warning" data-when="refunded">${text.refunded}</p>`
  return sandbox + (name === 'receipt' ? refunded : '') + facts(receiptFacts, language) + remark(text.afterReceipt)
}

const facts = (list: readonly Fact[], language: Language): Html =>
  `<dl class="claims">${list
    .map(({ label, claim, form }) => `<div><dt>${label[language]}</dt>${place(claim, form)}</div>`)
    .join('')}</dl>`

function place(claim: string, form: Fact['form']): Html {
  if (form === 'lines') return `<dd><ul data-claim="${claim}" data-form="lines"></ul></dd>`
  return `<dd data-claim="${claim}"${form === undefined ? '' : ` data-form="${form}"`}></dd>`
}

const remark = (text: string): Html => `<p class="remark">${prose(text)}</p>`
