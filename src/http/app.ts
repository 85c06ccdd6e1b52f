/** The front door: the order of a request on one screen. Everything a route is comes from its declaration. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express'
import { z } from 'zod'
import { GatewayError } from '#domain/errors.ts'
import type { Principal } from '#domain/principal.ts'
import type { RequestContext } from '#domain/request-context.ts'
import { noChunks, parseJsonBody, readBody, requireJson, streamedBody } from './body.ts'
import type { Answer, ApiRoute, OpenRoute, Route } from './define-route.ts'
import type { AppDeps, RouteDeps } from './deps.ts'
import { createDocuments } from './documents.ts'
import { closeAnswered, noRoute, openExchange, sendAnswer, sendProblem, type Exchange } from './exchange.ts'
import { refuseAmbiguousHeaders } from './headers.ts'
import { honourKey, keyedRequest } from './idempotency.ts'
import { createRateLimiter, defaultRateLimit, type RateLimiter } from './rate-limit.ts'
import { routes } from './routes/index.ts'
import { validate } from './validate.ts'

/** Far above what the bulkheads let through; beyond it waiting only makes everybody late. */
const defaultMaxInFlight = 2_000

export function createApp(deps: AppDeps): RequestListener {
  const limiter = createRateLimiter(deps.rateLimit ?? defaultRateLimit, deps.clock)
  const routeDeps = { ...deps, documents: createDocuments(routes, deps.publicUrl) }
  const app = createExpress()
  for (const route of routes) {
    const step = route.kind === 'api' ? apiStep(route, routeDeps, limiter) : openStep(route, routeDeps)
    app[registrarOf[route.method]](expressPath(route), (request, response) =>
      serve(deps, route, request, response, step),
    )
  }
  refuseEverythingElse(app, deps)
  return guardEntrance(deps, app)
}

const registrarOf = { GET: 'get', POST: 'post', PUT: 'put' } as const

/** What one request passes, in this order. */
function apiStep(route: ApiRoute, deps: RouteDeps, limiter: RateLimiter): Step {
  const handle = route.handle(deps)
  return async (exchange, request) => {
    const principal = await deps.authenticate(request.headers.authorization)
    exchange.principal = principal
    takeFromQuota(limiter, exchange, principal)
    requireScope(route, principal)
    const body = route.body === undefined ? undefined : await readJson(route, request)
    const keyed = keyedRequest(route.idempotency, {
      header: headerOf(request, 'idempotency-key'),
      principal,
      method: route.method,
      path: request.path,
      body,
    })
    const call = {
      body: route.body === undefined ? undefined : validate(route.body, body, ''),
      query: readQuery(route, request),
      params: request.params,
      request: contextOf(exchange, principal),
      accept: headerOf(request, 'accept') ?? '',
      chunks: route.streamedBody === undefined ? noChunks : streamedBody(request, route.streamedBody),
      idempotency: keyed,
    }
    if (route.idempotency !== 'honoured') return handle(call)
    return honourKey(deps.idempotency, keyed, () => handle(call))
  }
}

function openStep(route: OpenRoute, deps: RouteDeps): Step {
  const handle = route.handle(deps)
  return (exchange, request) =>
    handle({
      params: request.params as Readonly<Record<string, string>>,
      query: request.query,
      language: exchange.language,
      requestId: exchange.requestId,
      readBody: () => readBody(request),
      raw: exchange,
    })
}

type Step = (exchange: Exchange, request: Request) => Promise<Answer | 'answered'>

async function serve(deps: AppDeps, route: Route, request: Request, response: Response, step: Step): Promise<void> {
  const exchange = openExchange(deps, request, response, {
    operation: route.operation,
    personalData: route.personalData,
    isKeyed: route.kind === 'api' && route.idempotency === 'required',
  })
  try {
    refuseAmbiguousHeaders(request)
    const answer = await step(exchange, request)
    if (answer === 'answered') closeAnswered(deps, exchange)
    else sendAnswer(deps, exchange, answer)
  } catch (error) {
    sendProblem(deps, exchange, error)
  }
}

function createExpress(): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.disable('trust proxy')
  app.set('query parser', 'simple')
  app.enable('case sensitive routing')
  app.enable('strict routing')
  return app
}

/** OpenAPI's `{id}` is express's `:id`. */
const expressPath = ({ path }: Route): string => path.replaceAll(/\{(\w+)\}/g, ':$1')

function takeFromQuota(limiter: RateLimiter, exchange: Exchange, { tenant, clientId }: Principal): void {
  const { allowed, header, retryAfterSeconds } = limiter.take(`${tenant}/${clientId}`)
  exchange.quotaHeaders = { RateLimit: header, 'RateLimit-Policy': limiter.policyHeader }
  if (!allowed) throw new GatewayError('rate_limited', 'the quota of the window is used up', { retryAfterSeconds })
}

function requireScope({ scope }: ApiRoute, { scopes }: Principal): void {
  if (scopes.has(scope)) return
  throw new GatewayError('insufficient_scope', `the token lacks ${scope}`, { details: { scope } })
}

async function readJson(route: ApiRoute, request: IncomingMessage): Promise<unknown> {
  if (route.bodyMayBeEmpty === true && isEmpty(request)) return {}
  requireJson(request)
  return parseJsonBody(await readBody(request))
}

/** By its framing (RFC 9112 section 6.3): neither a length nor chunks. */
const isEmpty = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0

/** Unknown parameters are refused like unknown fields; an operation without parameters takes none. */
const noQuery = z.strictObject({})

function readQuery({ query }: ApiRoute, request: Request): unknown {
  if (query === undefined && !request.url.includes('?')) return undefined
  return validate(query ?? noQuery, request.query, '/query')
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

function contextOf(exchange: Exchange, principal: Principal): RequestContext {
  const { requestId, trace, language, startedAtMs, response } = exchange
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the client is gone'))
  })
  return { requestId, principal, ...trace, language, startedAtMs, signal: gone.signal }
}

function refuseEverythingElse(app: Express, deps: AppDeps): void {
  const paths = Map.groupBy(routes, expressPath)
  for (const [path, known] of paths) {
    const allow = known.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
    app.all(path, (request, response) => {
      response.setHeader('Allow', allow)
      refuse(deps, request, response, 'method_not_allowed')
    })
  }
  app.use((request: Request, response: Response) => refuse(deps, request, response, 'route_not_found'))
  const onRouterError: ErrorRequestHandler = (error, request, response, _next) => {
    // The router itself fails only over a path it cannot decode, e.g. `%E0%A4%A`.
    if (error instanceof URIError) refuse(deps, request, response, 'route_not_found')
    else sendProblem(deps, openExchange(deps, request, response, noRoute), error)
  }
  app.use(onRouterError)
}

/** Shedding and odd request targets are settled before express, which would cost more than the refusal. */
function guardEntrance(deps: AppDeps, app: Express): RequestListener {
  const maxInFlight = deps.maxInFlight ?? defaultMaxInFlight
  let inFlight = 0
  return (request, response) => {
    const isProbe = request.url === '/livez'
    if (inFlight >= maxInFlight && !isProbe) return refuse(deps, request, response, 'overloaded')
    if (request.httpVersionMajor !== 1) return refuse(deps, request, response, 'invalid_request')
    // Absolute-form targets (RFC 9112 section 3.2.2) are for proxies; `*` names nothing here.
    if (request.url?.startsWith('/') !== true) return refuse(deps, request, response, 'route_not_found')
    inFlight += 1
    response.once('close', () => {
      inFlight -= 1
    })
    app(request as Request, response as Response)
  }
}

function refuse(
  deps: AppDeps,
  request: IncomingMessage,
  response: ServerResponse,
  code: 'overloaded' | 'invalid_request' | 'route_not_found' | 'method_not_allowed',
): void {
  sendProblem(deps, openExchange(deps, request, response, noRoute), new GatewayError(code, 'refused at the entrance'))
}
