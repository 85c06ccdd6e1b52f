/** Headers that two readers could read in two ways are refused before anything else looks at the request. */
import type { IncomingMessage } from 'node:http'
import { GatewayError } from '#domain/errors.ts'

/**
 * Honest callers send about a dozen. `server.ts` lets Node collect one more: newer releases refuse the next by themselves
 * (431), older ones drop it in silence, and then it is refused here.
 */
export const maxHeaders = 64

/** Node keeps the first of two and says nothing; a proxy in front may have kept the second. */
const single: ReadonlySet<string> = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'dpop',
  'host',
  'idempotency-key',
  'traceparent',
  'transfer-encoding',
])

const longestSingle = Math.max(...[...single].map(({ length }) => length))

/** Throws `invalid_request`. */
export function refuseAmbiguousHeaders(request: IncomingMessage): void {
  const { rawHeaders, headers } = request
  if (rawHeaders.length > maxHeaders * 2) throw refusal('too many headers')
  // Node's parser refuses the pair itself; this stands in case its mind changes.
  if (headers['transfer-encoding'] !== undefined) {
    if (headers['content-length'] !== undefined) throw refusal('both Content-Length and Transfer-Encoding')
    if (headers['transfer-encoding'] !== 'chunked') throw refusal('a transfer coding other than chunked')
  }
  let seen: string[] | undefined
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const raw = rawHeaders[at] as string
    if (raw.length > longestSingle) continue
    const name = raw.toLowerCase()
    if (!single.has(name)) continue
    if (seen === undefined) seen = [name]
    else if (seen.includes(name)) throw refusal(`${name} twice`)
    else seen.push(name)
  }
}

const refusal = (what: string): GatewayError =>
  new GatewayError('invalid_request', `ambiguous headers: ${what}`, {
    errors: [{ pointer: '/headers', code: 'ambiguous_headers', message }],
  })

const message = {
  vi: 'Tiêu đề bị lặp, mâu thuẫn hoặc quá nhiều.',
  en: 'Headers are repeated, contradict each other or are too many.',
}
