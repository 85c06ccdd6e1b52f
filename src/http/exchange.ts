/** One request and its answer while they last: opened once, answered once, logged and counted once. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { GatewayError, UpstreamError } from '#domain/errors.ts'
import type { Principal } from '#domain/principal.ts'
import type { Answer } from './define-route.ts'
import type { AppDeps } from './deps.ts'
import { preferredLanguage } from './language.ts'
import { problemHeaders, problemType, toProblem, type Language, type ProblemBody } from './problem.ts'
import { continueTrace, type Trace } from './trace.ts'

/** What the exchange must know of its route; `undefined` where no route was found. */
interface Subject {
  readonly operation: string
  readonly personalData: boolean
  readonly isKeyed: boolean
}

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly subject: Subject
  readonly requestId: string
  readonly trace: Trace
  readonly language: Language
  readonly startedAtMs: number
  /** Known once the token is checked. */
  principal?: Principal
  /** `RateLimit` and `RateLimit-Policy`, once the quota was asked. */
  quotaHeaders?: Readonly<Record<string, string>>
}

export const noRoute: Subject = { operation: 'unknown', personalData: false, isKeyed: false }

export function openExchange(
  { clock, ids }: Pick<AppDeps, 'clock' | 'ids'>,
  request: IncomingMessage,
  response: ServerResponse,
  subject: Subject,
): Exchange {
  const traceparent = request.headers['traceparent']
  return {
    request,
    response,
    subject,
    requestId: ids.next('req'),
    trace: continueTrace(typeof traceparent === 'string' ? traceparent : undefined, ids),
    language: preferredLanguage(request.headers['accept-language']),
    startedAtMs: clock.monotonicMs(),
  }
}

/** Sends `answer` whole and closes the books. */
export function sendAnswer(deps: AppDeps, exchange: Exchange, answer: Answer): void {
  const { body } = answer
  const isReady = typeof body === 'string' || body instanceof Uint8Array
  const payload = isReady || body === undefined ? (body ?? '') : JSON.stringify(body)
  const headers: Record<string, string | number> = {
    'X-Request-Id': exchange.requestId,
    traceparent: exchange.trace.traceparent,
    'Cache-Control': exchange.subject.personalData ? 'no-store' : 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length,
    ...exchange.quotaHeaders,
    ...answer.headers,
  }
  if (body !== undefined) headers['Content-Type'] = answer.contentType ?? 'application/json'
  exchange.response.writeHead(answer.status, headers)
  exchange.response.end(payload)
  closeExchange(deps, exchange, answer.status, factsOfAnswer(answer))
}

/** A refusal stored by a use case is a refusal all the same, and a replay is worth knowing. */
function factsOfAnswer({ body, contentType, headers }: Answer): Facts {
  const isProblem = contentType === problemType && typeof body === 'string'
  const code = isProblem ? (JSON.parse(body) as { readonly code: string }).code : undefined
  return { code, replayed: headers?.['Idempotent-Replayed'] === undefined ? undefined : true }
}

/** Answers `error` as a problem; the only place where a failure is logged. */
export function sendProblem(deps: AppDeps, exchange: Exchange, error: unknown): void {
  const { requestId, trace, language, subject, response } = exchange
  const { publicUrl } = deps
  const problem = toProblem(error, { publicUrl, requestId, traceId: trace.traceId, language, isKeyed: subject.isKeyed })
  if (response.headersSent) {
    // A mounted handler failed half-way: a cut connection is more honest than a whole-looking answer.
    response.destroy()
  } else {
    writeProblem(deps, exchange, problem)
  }
  closeExchange(deps, exchange, problem.status, factsOf(problem, error))
}

function writeProblem(deps: AppDeps, exchange: Exchange, problem: ProblemBody): void {
  const payload = JSON.stringify(problem)
  const isUnread = problem.code === 'body_too_large' && !exchange.request.complete
  exchange.response.writeHead(problem.status, {
    'Content-Type': problemType,
    'Content-Length': Buffer.byteLength(payload),
    'Content-Language': exchange.language,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': exchange.requestId,
    traceparent: exchange.trace.traceparent,
    Vary: 'Accept-Language',
    ...exchange.quotaHeaders,
    ...problemHeaders(problem),
    ...(isUnread ? { Connection: 'close' } : {}),
  })
  if (isUnread) endAfterLingering(deps, exchange, payload)
  else exchange.response.end(payload)
}

/** Long enough for an honest sender on a slow line to notice, too short to be worth an attack. */
const lingerMs = 1_000

/**
 * Closing at once would reset a connection whose sender is still busy, and the reset overtakes the answer. So the
 * answer goes out, what still comes in is thrown away for a moment, and then the connection closes.
 */
function endAfterLingering({ clock }: AppDeps, { request, response }: Exchange, payload: string): void {
  response.write(payload)
  const end = () => {
    cancel()
    response.end()
  }
  const cancel = clock.schedule(lingerMs, end)
  request.once('end', end)
  request.once('close', end)
  request.resume()
}

type Facts = Readonly<Record<string, unknown>>

/** An expected refusal is its code; only trouble of ours or of an upstream carries the error itself. */
function factsOf({ status, code, fate, upstreamCode }: ProblemBody, error: unknown): Facts {
  const upstream = error instanceof UpstreamError ? { upstream: error.upstream, upstreamCode } : {}
  const cause = status < 500 && (error instanceof GatewayError || error instanceof UpstreamError) ? {} : { error }
  return { code, fate, ...upstream, ...reasonOf(error), ...cause }
}

/** Why exactly a token was refused is for operators only; `auth/` gives a closed set of reasons. */
function reasonOf(error: unknown): Facts {
  if (!(error instanceof GatewayError) || error.code !== 'invalid_token') return {}
  return { reason: (error.cause as { readonly reason?: unknown } | undefined)?.reason }
}

/** For handlers that answered by themselves. */
export const closeAnswered = (deps: AppDeps, exchange: Exchange): void =>
  closeExchange(deps, exchange, exchange.response.statusCode, {})

function closeExchange(deps: AppDeps, exchange: Exchange, status: number, facts: Facts): void {
  const { subject, requestId, trace, principal, startedAtMs } = exchange
  const durationMs = deps.clock.monotonicMs() - startedAtMs
  deps.metrics.requestFinished(subject.operation, status, durationMs)
  const fields = {
    operation: subject.operation,
    status,
    ms: Math.round(durationMs * 10) / 10,
    requestId,
    traceId: trace.traceId,
    tenant: principal?.tenant,
    client: principal?.clientId,
    ...facts,
  }
  if (status < 500) deps.log.info(fields, 'request answered')
  else if (facts['code'] === 'internal_error') deps.log.error(fields, 'request failed')
  else deps.log.warn(fields, 'request refused by trouble')
}
