/** The pages that `type` of a problem points to, and the list of them all. */
import { exampleProblem, isUpstreamCode } from '../problem-examples.ts'
import { describeProblem, problemCodes, type Language, type ProblemCode, type RetryAdvice } from '../problem.ts'
import { escapeHtml, page, prettyJson, prose, type Html } from './page.ts'

const words = {
  vi: {
    problems: 'Mã lỗi',
    lead: 'Mọi câu trả lời lỗi đều theo RFC 9457, kèm mã lỗi, nguồn gốc và lời khuyên về việc gửi lại.',
    status: 'Trạng thái HTTP',
    retry: 'Gửi lại',
    origin: 'Nguồn gốc',
    cure: 'Cách khắc phục',
    example: 'Ví dụ câu trả lời',
    wait: (seconds: number) => `Retry-After: khoảng ${seconds} giây`,
    groups: { 4: 'Do yêu cầu', 5: 'Do cổng', upstream: 'Do hệ thống quốc gia' },
    all: 'Tất cả mã lỗi',
  },
  en: {
    problems: 'Problems',
    lead: 'Every refusal is an RFC 9457 problem with a code, its origin and advice on repeating.',
    status: 'HTTP status',
    retry: 'Repeating',
    origin: 'Origin',
    cure: 'What to do',
    example: 'An example answer',
    wait: (seconds: number) => `Retry-After: about ${seconds} s`,
    groups: { 4: 'About the request', 5: 'About the gateway', upstream: 'About the national systems' },
    all: 'All problems',
  },
} as const

const retryWords: Readonly<Record<Language, Readonly<Record<RetryAdvice, string>>>> = {
  vi: {
    never: 'Không gửi lại nguyên trạng',
    safe: 'Gửi lại ngay là an toàn',
    same_key: 'Gửi lại với cùng Idempotency-Key',
    after: 'Gửi lại sau thời gian nêu trong Retry-After',
  },
  en: {
    never: 'Not unchanged',
    safe: 'Safe at once',
    same_key: 'With the same Idempotency-Key',
    after: 'After Retry-After',
  },
}

const originWords: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  vi: {
    client: 'Hệ thống gọi',
    gateway: 'Cổng Liên Thông',
    population: 'CSDL quốc gia về dân cư',
    business_registry: 'CSDL quốc gia về đăng ký doanh nghiệp',
    payment_portal: 'Cổng thanh toán quốc gia',
    upstream: 'Hệ thống quốc gia',
  },
  en: {
    client: 'The calling system',
    gateway: 'The gateway',
    population: 'Population database',
    business_registry: 'Business registry',
    payment_portal: 'Payment portal',
    upstream: 'A national system',
  },
}

export function problemPage(code: ProblemCode, language: Language, publicUrl: string): Html {
  const text = words[language]
  const { title, detail, cure, status, retry, retryAfterSeconds } = describeProblem(code)
  const wait = retryAfterSeconds === undefined ? '' : `<small>${text.wait(retryAfterSeconds)}</small>`
  return page({
    title: title[language],
    language,
    path: `/docs/problems/${code}`,
    main: `<article class="note">
<p class="eyebrow"><a href="/docs/problems?lang=${language}">${text.problems}</a> <code>${code}</code></p>
<h1>${escapeHtml(title[language])}</h1>
<p class="lead">${prose(detail[language])}</p>
<dl class="facts">
<div><dt>${text.status}</dt><dd class="status s${Math.floor(status / 100)}">${status}</dd></div>
<div><dt>${text.retry}</dt><dd>${retryWords[language][retry]}${wait}</dd></div>
<div><dt>${text.origin}</dt><dd>${originOf(code, language)}</dd></div>
</dl>
<h2>${text.cure}</h2>
<p>${prose(cure[language])}</p>
<h2>${text.example}</h2>
<pre class="panel"><code>${prettyJson(exampleProblem(code, publicUrl, language))}</code></pre>
<p class="onward"><a href="/docs/problems?lang=${language}">← ${text.all}</a></p>
</article>`,
  })
}

function originOf(code: ProblemCode, language: Language): string {
  const { origin, status } = describeProblem(code)
  const name = isUpstreamCode(code) ? 'upstream' : (origin ?? (status < 500 ? 'client' : 'gateway'))
  return originWords[language][name] ?? name
}

export function problemIndexPage(language: Language): Html {
  const text = words[language]
  const groups = Map.groupBy(problemCodes, (code) => {
    if (isUpstreamCode(code)) return 'upstream'
    return describeProblem(code).status < 500 ? 4 : 5
  })
  const sections = [...groups].map(
    ([group, codes]) => `<section><h2>${text.groups[group]}</h2><ul class="codes">
${codes.map((code) => entry(code, language)).join('\n')}
</ul></section>`,
  )
  return page({
    title: text.problems,
    language,
    path: '/docs/problems',
    main: `<article class="note broad"><h1>${text.problems}</h1><p class="lead">${text.lead}</p>${sections.join('\n')}</article>`,
  })
}

function entry(code: ProblemCode, language: Language): Html {
  const { title, status } = describeProblem(code)
  return `<li><a href="/docs/problems/${code}?lang=${language}"><span class="status s${Math.floor(status / 100)}">${status}</span><span><b>${escapeHtml(title[language])}</b><code>${code}</code></span></a></li>`
}
