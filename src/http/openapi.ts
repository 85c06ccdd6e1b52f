/** The API described in OpenAPI 3.1, from the declarations of the routes and the catalogue of problems. */
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from 'zod-openapi'
import { z } from 'zod'
import { scopes } from '#domain/principal.ts'
import type { AnswerDoc, Route } from './define-route.ts'
import { describedWebhooks } from './openapi-webhooks.ts'
import { problemsOf } from './problems-of.ts'
import { problemSchema } from './problem-schema.ts'
import { exampleProblem } from './problem-examples.ts'
import { describeProblem, problemCodes, problemType, type ProblemCode } from './problem.ts'

export type ApiDescription = ReturnType<typeof createDocument>

export function describeApi(routes: readonly Route[], publicUrl: string): ApiDescription {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeRoute(route) }
  }
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Liên Thông',
        version: '1.0.0',
        summary: 'One API in front of the national population database, business registry and payment portal.',
        description: introduction,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: publicUrl }],
      tags: tags.map(([name, description]) => ({ name, description })),
      security: [{ accessToken: [] }],
      paths,
      webhooks: describedWebhooks,
      components: {
        schemas: { Problem: problemSchema },
        examples: Object.fromEntries(problemCodes.map((code) => [code, exampleOf(code, publicUrl)])),
        securitySchemes: {
          accessToken: {
            type: 'oauth2',
            description: 'RFC 9068 access tokens from `/oauth2/token`, at most 300 s, as `Authorization: Bearer`.',
            flows: {
              clientCredentials: {
                tokenUrl: `${publicUrl}/oauth2/token`,
                scopes: Object.fromEntries(scopes.map((scope) => [scope, scope])),
              },
            },
          },
        },
      },
    },
    { reused: 'inline' },
  )
}

const introduction = `Personal data never travels in a URL or a header. Money is integer đồng. Times are RFC 3339.
Wrong shapes are 400 with JSON Pointers, refusals 422; every error is RFC 9457 \`application/problem+json\` with advice on repeating.`

const tags = [
  ['identity', 'Verify citizens against the national population database.'],
  ['business', 'Look up firms in the national business registration database.'],
  ['payment', 'Collect fees through the national payment portal.'],
  ['reconciliation', 'Compare with the portal’s settlement files, and settle what only people can.'],
  ['webhook', 'Be told of what happens, or read it in one order.'],
  ['portal', 'Doors for the payment portal and for payers; not for client systems.'],
  ['access', 'Tokens and public keys.'],
  ['operations', 'Health and the state of the upstreams.'],
  ['documentation', 'This description and its pages.'],
] as const

function describeRoute(route: Route): ZodOpenApiOperationObject {
  return {
    operationId: route.operation,
    tags: [route.tag],
    summary: route.summary.en,
    'x-summary-vi': route.summary.vi,
    description: route.description.en,
    'x-description-vi': route.description.vi,
    ...(route.kind === 'api' ? { security: [{ accessToken: [route.scope] }] } : { security: [] }),
    requestParams: requestParams(route),
    ...requestBody(route),
    responses: { ...successes(route), ...failures(route) },
  } as ZodOpenApiOperationObject
}

const languageHeader = z
  .string()
  .optional()
  .meta({
    description: 'Language of `title` and `detail`: `vi` (default) or `en`.',
    examples: ['vi'],
  })
const traceHeader = z.string().optional().meta({ description: 'W3C Trace Context.' })
const keyHeader = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\x21-\x7e]+$/)
  .meta({
    description: 'One per intention; kept 24 hours at least.',
    examples: ['8e03978e-40d5-43e8-bc93-6894a57f9324'],
  })

function requestParams(route: Route) {
  const keyed = route.kind === 'api' && (route.idempotency === 'required' || route.idempotency === 'honoured')
  const isRequired = route.kind === 'api' && route.idempotency === 'required'
  const header = z.object({
    'Accept-Language': languageHeader,
    ...(route.kind === 'api' ? { traceparent: traceHeader } : {}),
    ...(keyed ? { 'Idempotency-Key': isRequired ? keyHeader : keyHeader.optional() } : {}),
  })
  return {
    header,
    ...(route.query === undefined ? {} : { query: route.query }),
    ...(route.params === undefined ? {} : { path: route.params }),
  }
}

function requestBody(route: Route) {
  if (route.kind === 'open') {
    if (route.requestContentType === undefined) return {}
    return { requestBody: { required: true, content: { [route.requestContentType]: {} } } }
  }
  if (route.streamedBody !== undefined) {
    return { requestBody: { required: true, content: { [route.streamedBody]: {} } } }
  }
  if (route.body === undefined) return {}
  const media = { schema: route.body, examples: { usual: { summary: 'Usual', value: route.bodyExample } } }
  return { requestBody: { required: route.bodyMayBeEmpty !== true, content: { 'application/json': media } } }
}

function successes(route: Route): ZodOpenApiResponsesObject {
  const entries = Object.entries(route.answers).map(([status, doc]) => [status, describeAnswer(route, doc)])
  return Object.fromEntries(entries) as ZodOpenApiResponsesObject
}

function describeAnswer(route: Route, { description, schema, contentType, alsoAs = [], example, headers }: AnswerDoc) {
  const media = {
    ...(schema === undefined ? {} : { schema }),
    ...(example === undefined ? {} : { examples: { usual: { summary: 'Usual', value: example } } }),
  }
  const others = Object.fromEntries(alsoAs.map((type) => [type, {}]))
  const hasContent = schema !== undefined || contentType !== undefined
  return {
    description,
    headers: Object.fromEntries([
      ...commonHeaders(route),
      ...Object.entries(headers ?? {}).map(([name, text]) => [name, header(text)] as const),
    ]),
    ...(hasContent ? { content: { [contentType ?? 'application/json']: media, ...others } } : {}),
  }
}

const header = (description: string) => ({ description, schema: { type: 'string' as const } })

function commonHeaders(route: Route) {
  const always = [['X-Request-Id', header('Our id of this request; quote it to the operator.')]] as const
  if (route.kind === 'open') return always
  return [
    ...always,
    ['traceparent', header('W3C Trace Context.')] as const,
    ['RateLimit', header('What is left of the quota.')] as const,
    ['RateLimit-Policy', header('The quota.')] as const,
    ...(route.idempotency === 'required' || route.idempotency === 'honoured'
      ? ([['Idempotent-Replayed', header('`true` when this is the stored answer of an earlier request.')]] as const)
      : []),
  ]
}

function exampleOf(code: ProblemCode, publicUrl: string) {
  return { summary: describeProblem(code).title.en, value: exampleProblem(code, publicUrl, 'en') }
}

function failures(route: Route): ZodOpenApiResponsesObject {
  const byStatus = Map.groupBy(problemsOf(route), (code) => describeProblem(code).status)
  const entries = [...byStatus].toSorted(([a], [b]) => a - b)
  return Object.fromEntries(
    entries.flatMap(([status, codes]) => {
      const own = route.answers[status]
      // The portal's own 503 and a page's own 404 are described where they are declared.
      if (own !== undefined) return []
      return [[String(status), describeFailure(codes)]]
    }),
  ) as ZodOpenApiResponsesObject
}

function describeFailure(codes: readonly ProblemCode[]) {
  const hasRetryAfter = codes.some((code) => describeProblem(code).retryAfterSeconds !== undefined)
  return {
    description: codes.map((code) => `\`${code}\`: ${describeProblem(code).title.en}`).join('\n\n'),
    headers: {
      'X-Request-Id': header('Our id of this request; quote it to the operator.'),
      ...(hasRetryAfter ? { 'Retry-After': header('Seconds.') } : {}),
    },
    content: {
      [problemType]: {
        schema: problemSchema,
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  }
}
