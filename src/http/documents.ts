/** What the gateway says about itself, made once per process from the declarations of its routes. */
import type { Route } from './define-route.ts'
import { describeApi } from './openapi.ts'
import { docsPage } from './pages/docs-page.ts'
import { problemIndexPage, problemPage } from './pages/problem-page.ts'
import { verifyPage } from './pages/verify-page.ts'
import type { Language, ProblemCode } from './problem.ts'

export interface Documents {
  /** The OpenAPI document, JSON text. */
  openApi(): string
  reference(language: Language): string
  problems(language: Language): string
  problem(code: ProblemCode, language: Language): string
  verification(language: Language): string
}

export function createDocuments(routes: readonly Route[], publicUrl: string): Documents {
  const description = once(() => describeApi(routes, publicUrl))
  const openApi = once(() => JSON.stringify(description()))
  const references = {
    vi: once(() => docsPage(routes, description(), 'vi')),
    en: once(() => docsPage(routes, description(), 'en')),
  }
  return {
    openApi,
    reference: (language) => references[language](),
    problems: problemIndexPage,
    problem: (code, language) => problemPage(code, language, publicUrl),
    verification: (language) => verifyPage(language, publicUrl),
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
