/** The frame of every page for people: one layout, strict headers, nothing from anywhere else, and no script but where a page cannot do without. */
import { z } from 'zod'
import { means } from '../meaning.ts'
import type { Answer, OpenCall } from '../define-route.ts'
import type { Language } from '../problem.ts'

/** Only our own style, fonts and images; nothing may frame, submit or run. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  Vary: 'Accept-Language',
}

export const htmlAnswer = (html: string, headers = pageHeaders): Answer => ({
  status: 200,
  contentType: 'text/html; charset=utf-8',
  body: html,
  headers,
})

export const languageQuery = z.strictObject({
  lang: z
    .enum(['vi', 'en'])
    .exactOptional()
    .meta({ ...means('Instead of `Accept-Language`.', 'Thay cho `Accept-Language`.') }),
})

/** `?lang=` before `Accept-Language`. */
export function chosenLanguage({ query, language }: Pick<OpenCall, 'query' | 'language'>): Language {
  const lang = query['lang']
  return lang === 'vi' || lang === 'en' ? lang : language
}

/** Text that has been made safe for HTML. */
export type Html = string

export const escapeHtml = (text: string): Html =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Descriptions use `code` and paragraphs, nothing more. */
export const prose = (text: string): Html => escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')

export const prettyJson = (value: unknown): Html =>
  escapeHtml(JSON.stringify(value, undefined, 2)).replaceAll(
    /(&quot;(?:[^&]|&(?!quot;))*&quot;)(\s*:)?|\b(true|false|null)\b|(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])/g,
    (token, string: string | undefined, colon: string | undefined) => {
      if (string !== undefined && colon !== undefined) return `<i class="k">${string}</i>${colon}`
      return string !== undefined ? `<i class="s">${string}</i>` : `<i class="n">${token}</i>`
    },
  )

export interface PageParts {
  readonly title: string
  readonly language: Language
  /** Path of this page, for the link to the other language. */
  readonly path: string
  readonly main: Html
  readonly aside?: Html
  /** A module of our own that the page needs. */
  readonly script?: string
}

const words = {
  vi: {
    home: 'Tài liệu',
    problems: 'Mã lỗi',
    verify: 'Kiểm tra',
    other: 'English',
    skip: 'Đến nội dung chính',
    tagline: 'Cổng liên thông dịch vụ công',
  },
  en: {
    home: 'Reference',
    problems: 'Problems',
    verify: 'Verify',
    other: 'Tiếng Việt',
    skip: 'Skip to content',
    tagline: 'Public-service integration gateway',
  },
} as const

export function page({ title, language, path, main, aside, script }: PageParts): Html {
  const text = words[language]
  const other = language === 'vi' ? 'en' : 'vi'
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escapeHtml(title)} · Liên Thông</title>
<link rel="icon" href="/docs/assets/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/assets/page.css">
${script === undefined ? '' : `<script type="module" src="${script}"></script>\n`}</head>
<body${aside === undefined ? '' : ' class="wide"'}>
<a class="skip" href="#main">${text.skip}</a>
<header class="top">
<a class="brand" href="/docs?lang=${language}"><img src="/docs/assets/mark.svg" alt="" width="36" height="36"><span><b>Liên Thông</b><small>${text.tagline}</small></span></a>
<nav aria-label="${text.home}"><a href="/docs?lang=${language}">${text.home}</a><a href="/docs/problems?lang=${language}">${text.problems}</a><a href="/verify?lang=${language}">${text.verify}</a><a class="other" lang="${other}" hreflang="${other}" href="${path}?lang=${other}">${text.other}</a></nav>
</header>
<div class="frame">
${aside ?? ''}
<main id="main">
${main}
</main>
</div>
</body>
</html>
`
}
