/** The reference for people, drawn from the same description machines read. */
import type { ApiRoute, Route, Tag } from '../define-route.ts'
import type { ApiDescription } from '../openapi.ts'
import { problemsOf } from '../problems-of.ts'
import { describeProblem, type Language } from '../problem.ts'
import { fieldTable, parameterTable } from './field-table.ts'
import { escapeHtml, page, prettyJson, prose, type Html } from './page.ts'

const words = {
  vi: {
    title: 'Tài liệu API',
    headline: 'Một API, ba hệ thống quốc gia.',
    lead: 'Xác minh công dân với Cơ sở dữ liệu quốc gia về dân cư, tra cứu doanh nghiệp và thu phí, lệ phí qua Cổng thanh toán quốc gia. Một kiểu dữ liệu, một cách báo lỗi, mỗi kết quả kèm chứng cứ ký số.',
    steps: [
      ['Lấy thẻ truy cập', 'private_key_jwt, hiệu lực tối đa 300 giây.'],
      ['Gọi thao tác', 'JSON, UTF-8; dữ liệu cá nhân không bao giờ nằm trong URL.'],
      ['Giữ chứng cứ', 'JWS ký ES256, kiểm tra được ngoại tuyến, kể cả nhiều năm sau.'],
    ],
    tags: {
      identity: 'Nhân thân',
      business: 'Doanh nghiệp',
      payment: 'Phí, lệ phí',
      reconciliation: 'Đối soát',
      webhook: 'Webhook và sự kiện',
      portal: 'Cổng thanh toán',
      access: 'Truy cập',
      operations: 'Vận hành',
      documentation: 'Tài liệu',
    },
    scope: 'Quyền',
    open: 'Không cần thẻ',
    key: { required: 'Bắt buộc có Idempotency-Key', honoured: 'Nhận Idempotency-Key' },
    parameters: 'Tham số',
    body: 'Nội dung yêu cầu',
    answer: 'Câu trả lời',
    call: 'Gọi thử',
    problems: 'Lỗi có thể gặp',
    machine: 'OpenAPI 3.1',
    contents: 'Mục lục',
  },
  en: {
    title: 'API reference',
    headline: 'One API, three national systems.',
    lead: 'Verify citizens with the population database, look up businesses, and collect fees through the payment portal. One data model, one way to refuse, and signed evidence with every result.',
    steps: [
      ['Get a token', 'private_key_jwt, at most 300 seconds.'],
      ['Call an operation', 'JSON in UTF-8; personal data never travels in a URL.'],
      ['Keep the evidence', 'A JWS signed with ES256 that can be checked offline, years later.'],
    ],
    tags: {
      identity: 'Identity',
      business: 'Businesses',
      payment: 'Fees',
      reconciliation: 'Reconciliation',
      webhook: 'Webhooks and events',
      portal: 'Payment portal',
      access: 'Access',
      operations: 'Operations',
      documentation: 'Documentation',
    },
    scope: 'Scope',
    open: 'No token',
    key: { required: 'Idempotency-Key required', honoured: 'Idempotency-Key honoured' },
    parameters: 'Parameters',
    body: 'Request body',
    answer: 'Answer',
    call: 'Try it',
    problems: 'Possible problems',
    machine: 'OpenAPI 3.1',
    contents: 'Contents',
  },
} as const

const order: readonly Tag[] = [
  'identity',
  'business',
  'payment',
  'reconciliation',
  'webhook',
  'portal',
  'access',
  'operations',
  'documentation',
]

export function docsPage(routes: readonly Route[], description: ApiDescription, language: Language): Html {
  const text = words[language]
  const groups = order.map((tag) => [tag, routes.filter((route) => route.tag === tag)] as const)
  const navigation = groups.map(
    ([tag, members]) =>
      `<p>${text.tags[tag]}</p><ul>${members.map((route) => `<li><a href="#${route.operation}"><span class="verb ${route.method.toLowerCase()}">${route.method}</span>${escapeHtml(route.summary[language])}</a></li>`).join('')}</ul>`,
  )
  const sections = groups.map(
    ([tag, members]) =>
      `<section class="group"><h2>${text.tags[tag]}</h2>${members.map((route) => operation(route, description, language)).join('\n')}</section>`,
  )
  const steps = text.steps.map(([name, what]) => `<li><b>${name}</b><span>${what}</span></li>`)
  return page({
    title: text.title,
    language,
    path: '/docs',
    aside: `<aside class="index"><nav aria-label="${text.title}">${navigation.join('')}</nav></aside>`,
    main: `<details class="jump"><summary>${text.contents}</summary><nav>${navigation.join('')}</nav></details>
<div class="hero"><h1>${text.headline}</h1><p class="lead">${text.lead}</p>
<ol class="steps">${steps.join('')}</ol>
<p><a class="button" href="/openapi.json">${text.machine}</a></p></div>
${sections.join('\n')}`,
  })
}

function operation(route: Route, description: ApiDescription, language: Language): Html {
  const text = words[language]
  const parts = [
    titled(text.parameters, parameterTable(route, language)),
    titled(text.body, route.kind === 'api' && route.body !== undefined ? fieldTable(route, description, language) : ''),
    titled(text.problems, problemList(route, language)),
  ]
  return `<article class="operation" id="${route.operation}">
<header><h3>${escapeHtml(route.summary[language])}</h3>
<p class="where"><span class="verb ${route.method.toLowerCase()}">${route.method}</span><code>${escapeHtml(route.path)}</code></p>
<p class="marks">${marks(route, language)}</p>
<p class="what">${prose(route.description[language])}</p></header>
<div class="columns"><div class="words">${parts.join('')}</div><div class="panels">${panels(route, description, language)}</div></div>
</article>`
}

const titled = (title: string, html: Html): Html => (html === '' ? '' : `<h4>${title}</h4>${html}`)

function marks(route: Route, language: Language): Html {
  const text = words[language]
  if (route.kind === 'open') return `<span class="mark">${text.open}</span>`
  const key =
    route.idempotency === 'required' || route.idempotency === 'honoured' ? text.key[route.idempotency] : undefined
  return [
    `<span class="mark scope">${text.scope} <code>${route.scope}</code></span>`,
    key === undefined ? '' : `<span class="mark">${key}</span>`,
  ].join('')
}

function problemList(route: Route, language: Language): Html {
  const codes = problemsOf(route).toSorted((a, b) => describeProblem(a).status - describeProblem(b).status)
  const items = codes.map((code) => {
    const { status, title } = describeProblem(code)
    return `<li><a href="/docs/problems/${code}?lang=${language}" title="${escapeHtml(title[language])}"><span class="status s${Math.floor(status / 100)}">${status}</span><code>${code}</code></a></li>`
  })
  return `<ul class="chips">${items.join('')}</ul>`
}

function panels(route: Route, description: ApiDescription, language: Language): Html {
  const text = words[language]
  const call = panel(text.call, escapeHtml(curlOf(route, description)))
  const answers = Object.entries(route.answers).flatMap(([status, { example, description }]) =>
    example === undefined
      ? [`<p class="bare"><span class="status s${status[0]}">${status}</span>${prose(description)}</p>`]
      : [panel(`${text.answer} ${status}`, prettyJson(example))],
  )
  return call + answers.join('')
}

const panel = (title: string, html: Html): Html =>
  `<figure class="panel"><figcaption>${title}</figcaption><pre tabindex="0"><code>${html}</code></pre></figure>`

function curlOf(route: Route, { servers }: ApiDescription): string {
  const origin = servers?.[0]?.url ?? ''
  const path = route.path
    .replace('{id}', examplePrefix(route))
    .replace(/\{(\w+)\}/, (_, name: string) => `$${name.toUpperCase()}`)
  const lines = [`curl ${route.method === 'GET' ? '' : `-X ${route.method} `}${origin}${path}`]
  if (route.kind === 'api') lines.push('-H "Authorization: Bearer $TOKEN"', ...curlBody(route))
  return lines.join(' \\\n  ')
}

const examplePrefix = (route: Route): string => (route.tag === 'payment' ? '$PAYMENT' : '$VERIFICATION')

function curlBody({ body, bodyExample, idempotency }: ApiRoute): readonly string[] {
  if (body === undefined) return []
  return [
    ...(idempotency === 'required' ? ['-H "Idempotency-Key: $(uuidgen)"'] : []),
    '-H "Content-Type: application/json"',
    `-d '${JSON.stringify(bodyExample, undefined, 2)}'`,
  ]
}
