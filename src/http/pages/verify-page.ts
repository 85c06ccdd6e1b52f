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
  /** How it looks. */
  readonly tone: 'good' | 'bad' | 'open'
  readonly title: string
  readonly text: string
}

interface Fact {
  readonly label: string
  readonly claim: string
  readonly form?: 'dong' | 'moment' | 'lines'
}

const outcomeNames = [
  'receipt',
  'void',
  'evidence',
  'altered',
  'unknown_key',
  'foreign',
  'misdated',
  'unreadable',
  'cannot_check',
  'no_camera',
] as const
type OutcomeName = (typeof outcomeNames)[number]

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
  readonly receiptFacts: readonly Fact[]
  readonly evidenceFacts: readonly Fact[]
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
        tone: 'good',
        title: 'Giấy xác nhận hợp lệ',
        text: 'Chữ ký đúng: cổng đã phát hành giấy này và nội dung dưới đây chưa bị sửa. Hãy so với bản bạn đang cầm.',
      },
      void: {
        tone: 'bad',
        title: 'Giấy này không còn hiệu lực',
        text: 'Chữ ký đúng, nhưng chính giấy này nói rằng toàn bộ số tiền đã được hoàn trả.',
      },
      evidence: {
        tone: 'good',
        title: 'Chứng cứ hợp lệ',
        text: 'Chữ ký đúng: cổng đã trả lời như dưới đây vào thời điểm ghi trong chứng cứ, và nội dung chưa bị sửa.',
      },
      altered: {
        tone: 'bad',
        title: 'Nội dung đã bị sửa',
        text: 'Chữ ký không khớp với nội dung. Có người đã thay đổi, hoặc một ký tự bị sai khi sao chép. Đừng tin nội dung này; hãy quét lại từ bản gốc.',
      },
      unknown_key: {
        tone: 'open',
        title: 'Không nhận ra khoá ký',
        text: 'Cổng này chưa từng ký bằng khoá đó. Nội dung có thể do một cổng khác phát hành, hoặc là giả. Ở đây không kết luận được.',
      },
      foreign: {
        tone: 'open',
        title: 'Do nơi khác phát hành',
        text: 'Nội dung ghi tên một nơi phát hành khác. Hãy kiểm tra tại trang của nơi đó.',
      },
      misdated: {
        tone: 'bad',
        title: 'Ngày ký không đáng tin',
        text: 'Vào ngày ghi trong nội dung, khoá này không được dùng để ký. Đừng tin nội dung này.',
      },
      unreadable: {
        tone: 'open',
        title: 'Không phải giấy xác nhận hay chứng cứ',
        text: 'Không đọc được. Nội dung phải có ba phần nối bằng dấu chấm và được chép đủ; các loại mã khác, kể cả mã QR nộp tiền, không kiểm tra ở đây.',
      },
      cannot_check: {
        tone: 'open',
        title: 'Chưa kiểm tra được',
        text: 'Không tải được khoá công khai, hoặc trình duyệt không có công cụ mật mã (trang phải mở qua https). Kết quả chưa rõ: hãy thử lại.',
      },
      no_camera: {
        tone: 'open',
        title: 'Không mở được máy ảnh',
        text: 'Hãy cho phép trang này dùng máy ảnh, hoặc dán nội dung vào ô trên. Hình ảnh không rời khỏi máy này.',
      },
    },
    receiptFacts: [
      { label: 'Số tiền đã nộp', claim: 'total', form: 'dong' },
      { label: 'Đã hoàn trả', claim: 'refunded', form: 'dong' },
      { label: 'Mã hồ sơ', claim: 'dossier' },
      { label: 'Mã khoản thu', claim: 'reference' },
      { label: 'Đơn vị thu', claim: 'unit' },
      { label: 'Ghi nhận đã nộp', claim: 'paid_at', form: 'moment' },
      { label: 'Mã giao dịch của cổng thanh toán', claim: 'portal_transaction' },
      { label: 'Mã tham chiếu', claim: 'portal_reference' },
      { label: 'Các khoản', claim: 'lines', form: 'lines' },
      { label: 'Số khoản', claim: 'line_count' },
      { label: 'SHA-256 của các khoản', claim: 'lines_sha256' },
      { label: 'Số giấy', claim: 'jti' },
      { label: 'Ký lúc', claim: 'iat', form: 'moment' },
    ],
    evidenceFacts: [
      { label: 'Kết quả', claim: 'result' },
      { label: 'Thao tác', claim: 'purpose' },
      { label: 'Thủ tục', claim: 'procedure' },
      { label: 'Mã hồ sơ', claim: 'dossier' },
      { label: 'Hệ thống quốc gia', claim: 'upstream' },
      { label: 'Cơ quan', claim: 'tenant' },
      { label: 'Hệ thống gọi', claim: 'client_id' },
      { label: 'Mục nhật ký', claim: 'audit_entry' },
      { label: 'Số chứng cứ', claim: 'jti' },
      { label: 'Ký lúc', claim: 'iat', form: 'moment' },
    ],
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
        tone: 'good',
        title: 'A valid receipt',
        text: 'The signature holds: the gateway issued it, and what is shown below is unaltered. Compare it with what you hold in your hand.',
      },
      void: {
        tone: 'bad',
        title: 'This receipt is void',
        text: 'The signature holds, but the receipt itself says that all of the money was given back.',
      },
      evidence: {
        tone: 'good',
        title: 'Valid evidence',
        text: 'The signature holds: this is what the gateway answered at the time it names, and it is unaltered.',
      },
      altered: {
        tone: 'bad',
        title: 'It was altered',
        text: 'The signature does not fit the content. Somebody changed it, or a character went wrong in copying. Do not believe it; scan the original again.',
      },
      unknown_key: {
        tone: 'open',
        title: 'The key is unknown',
        text: 'This gateway never signed with that key. It may be of another gateway, or forged. Here nothing can be said about it.',
      },
      foreign: {
        tone: 'open',
        title: 'Issued elsewhere',
        text: 'It names another issuer. Check it on that issuer’s page.',
      },
      misdated: {
        tone: 'bad',
        title: 'Its date cannot be true',
        text: 'On the date it names this key was not in use. Do not believe it.',
      },
      unreadable: {
        tone: 'open',
        title: 'Neither a receipt nor evidence',
        text: 'It cannot be read. It must have three parts joined by dots, copied whole; other codes, such as those to pay with, are not checked here.',
      },
      cannot_check: {
        tone: 'open',
        title: 'Not checked yet',
        text: 'The public keys could not be loaded, or the browser offers no cryptography (the page must be opened by https). The outcome is unknown: please try again.',
      },
      no_camera: {
        tone: 'open',
        title: 'The camera cannot be used',
        text: 'Allow this page to use it, or paste into the field above. No picture leaves this machine.',
      },
    },
    receiptFacts: [
      { label: 'Amount paid', claim: 'total', form: 'dong' },
      { label: 'Given back', claim: 'refunded', form: 'dong' },
      { label: 'Dossier', claim: 'dossier' },
      { label: 'Reference', claim: 'reference' },
      { label: 'Collecting unit', claim: 'unit' },
      { label: 'Recorded as paid', claim: 'paid_at', form: 'moment' },
      { label: 'The portal’s transaction', claim: 'portal_transaction' },
      { label: 'Portal reference', claim: 'portal_reference' },
      { label: 'Lines', claim: 'lines', form: 'lines' },
      { label: 'Number of lines', claim: 'line_count' },
      { label: 'SHA-256 of the lines', claim: 'lines_sha256' },
      { label: 'Receipt', claim: 'jti' },
      { label: 'Signed', claim: 'iat', form: 'moment' },
    ],
    evidenceFacts: [
      { label: 'Result', claim: 'result' },
      { label: 'Operation', claim: 'purpose' },
      { label: 'Procedure', claim: 'procedure' },
      { label: 'Dossier', claim: 'dossier' },
      { label: 'National system', claim: 'upstream' },
      { label: 'Agency', claim: 'tenant' },
      { label: 'Calling system', claim: 'client_id' },
      { label: 'Audit entry', claim: 'audit_entry' },
      { label: 'Evidence', claim: 'jti' },
      { label: 'Signed', claim: 'iat', form: 'moment' },
    ],
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
${outcomeNames.map((name) => template(name, text)).join('\n')}
</article>`,
  })
}

function template(name: OutcomeName, text: Words): Html {
  const { tone, title, text: meaning } = text.outcomes[name]
  return `<template data-outcome="${name}"><section class="outcome ${tone}"><h2>${title}</h2><p>${meaning}</p>${detailsOf(name, text)}</section></template>`
}

function detailsOf(name: OutcomeName, text: Words): Html {
  if (name === 'evidence') return facts(text.evidenceFacts) + remark(text.afterEvidence)
  if (name !== 'receipt' && name !== 'void') return ''
  const sandbox = `<p class="warning" data-when="sandbox">${text.sandbox}</p>`
  const refunded = `<p class="warning" data-when="refunded">${text.refunded}</p>`
  return sandbox + (name === 'receipt' ? refunded : '') + facts(text.receiptFacts) + remark(text.afterReceipt)
}

const facts = (list: readonly Fact[]): Html =>
  `<dl class="claims">${list
    .map(({ label, claim, form }) => `<div><dt>${label}</dt>${place(claim, form)}</div>`)
    .join('')}</dl>`

function place(claim: string, form: Fact['form']): Html {
  if (form === 'lines') return `<dd><ul data-claim="${claim}" data-form="lines"></ul></dd>`
  return `<dd data-claim="${claim}"${form === undefined ? '' : ` data-form="${form}"`}></dd>`
}

const remark = (text: string): Html => `<p class="remark">${prose(text)}</p>`
