/** A complete HTTP answer, whatever its status, and what its status alone says. */
import { trouble, fateOfUnusable, type CallSite } from './fate.ts'
import type { UpstreamError } from '#domain/errors.ts'
import { hash } from 'node:crypto'

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** SHA-256 of the bytes as received, base64url: evidence without keeping the body. */
export const digestOf = (answer: HttpAnswer): string => hash('sha256', answer.body, 'base64url')

/** A header that may be given once. Repeated, it says two things and therefore nothing. */
function headerOf(answer: Pick<HttpAnswer, 'headers'>, name: string): string | undefined {
  const value = answer.headers[name]
  return typeof value === 'string' ? value : undefined
}

/** `text/xml` and its lower-case `charset`, if it has one. */
export function mediaTypeOf(answer: HttpAnswer): { readonly type: string; readonly charset: string | undefined } {
  const value = (headerOf(answer, 'content-type') ?? '').toLowerCase()
  const end = value.indexOf(';')
  if (end === -1) return { type: value.trim(), charset: undefined }
  return { type: value.slice(0, end).trim(), charset: charsetParameter.exec(value)?.[1] }
}

const charsetParameter = /;\s*charset\s*=\s*"?([^"\s;]+)"?/

/** What a status other than 200 means where the contract gives no other meaning. `nowMs`: for a Retry-After date. */
export function statusTrouble(answer: HttpAnswer, site: CallSite, nowMs: number): UpstreamError {
  const { status } = answer
  const retryAfterSeconds = retryAfterOf(answer, nowMs)
  const options = { upstreamCode: `http_${status}`, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }
  if (status === 401 || status === 403) {
    return trouble(
      'upstream_rejected_credentials',
      `credentials refused with HTTP ${status}`,
      'answered',
      site,
      options,
    )
  }
  if (status === 429) return trouble('upstream_quota_exhausted', 'quota exhausted', 'answered', site, options)
  // 408: somebody on the way got tired of waiting, which says nothing about what was done.
  if (status >= 500 || status === 408) {
    return trouble('upstream_failed', `failed with HTTP ${status}`, fateOfUnusable(site), site, options)
  }
  if (status >= 400) {
    return trouble('upstream_rejected_request', `request refused with HTTP ${status}`, 'answered', site, options)
  }
  const message = `HTTP ${status} is not in the contract`
  return trouble('upstream_contract_broken', message, fateOfUnusable(site), site, options)
}

/** A day: whoever says longer is asked again sooner. */
const maxRetryAfterSeconds = 86_400

/** RFC 9110 section 10.2.3: seconds or an HTTP date. */
export function retryAfterOf(answer: Pick<HttpAnswer, 'headers'>, nowMs: number): number | undefined {
  const value = headerOf(answer, 'retry-after')?.trim() ?? ''
  const isDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(value)
  if (!isDate && !/^\d{1,9}$/.test(value)) return undefined
  const seconds = isDate ? Math.ceil((Date.parse(value) - nowMs) / 1000) : Number(value)
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), maxRetryAfterSeconds)
}
