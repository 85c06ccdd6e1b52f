/** The language of words meant for people: Vietnamese unless the caller prefers English (RFC 9110 section 12.5.4). */
import type { Language } from './problem.ts'

/** Enough for any honest header; the rest is not read. */
const maxRanges = 20

export function preferredLanguage(acceptLanguage: string | undefined): Language {
  if (acceptLanguage === undefined) return 'vi'
  let best: { language: Language; quality: number } = { language: 'vi', quality: 0 }
  for (const range of acceptLanguage.split(',', maxRanges)) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
    const language = languageOf(tag.trim())
    const quality = qualityOf(parameters)
    if (language !== undefined && quality > best.quality) best = { language, quality }
  }
  return best.language
}

function languageOf(tag: string): Language | undefined {
  if (tag === 'en' || tag.startsWith('en-')) return 'en'
  if (tag === 'vi' || tag.startsWith('vi-') || tag === '*') return 'vi'
  return undefined
}

function qualityOf(parameters: readonly string[]): number {
  const q = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('q='))
  if (q === undefined) return 1
  const value = Number(q.slice(2))
  return value >= 0 && value <= 1 ? value : 0
}
