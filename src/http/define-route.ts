/**
 * One declaration per operation: what it is called, who may call it, what goes in and out. The router, the checks at
 * the door, the metric label, the log line and the API description all come from it, so they cannot disagree.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ZodType } from 'zod'
import type { UpstreamSystem } from '#domain/errors.ts'
import type { IdempotencyScope, StoredAnswer } from '#domain/ports/unit-of-work.ts'
import type { Scope } from '#domain/principal.ts'
import type { RequestContext } from '#domain/request-context.ts'
import type { RouteDeps } from './deps.ts'
import type { Bilingual } from './problem-texts.ts'
import type { Language, ProblemCode } from './problem.ts'

type Method = 'GET' | 'POST' | 'PUT'
export type Tag =
  | 'identity'
  | 'business'
  | 'payment'
  | 'reconciliation'
  | 'webhook'
  | 'portal'
  | 'access'
  | 'operations'
  | 'documentation'

/**
 * What an Idempotency-Key means here. `required`: money moves. `honoured`: kept if sent. `refused`: the answer holds
 * personal data and is never stored. `none`: safe by itself, the header is not looked at.
 */
export type IdempotencyManner = 'required' | 'honoured' | 'refused' | 'none'

/** What a handler gives back: an object to be written as JSON, or ready text or bytes with their content type. */
export interface Answer {
  readonly status: number
  readonly body?: object | string | Uint8Array
  /** Of `body` when it is text or bytes; JSON otherwise. */
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface AnswerDoc {
  readonly description: string
  readonly schema?: ZodType
  /** `application/json` when a schema is given and nothing else is said. */
  readonly contentType?: string
  /** Other forms of the same answer, chosen by `Accept`. */
  readonly alsoAs?: readonly string[]
  readonly example?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

interface Common {
  /** operationId; the file is its kebab-case. */
  readonly operation: string
  readonly method: Method
  /** As OpenAPI writes it: `/v1/payments/{id}`. */
  readonly path: string
  readonly tag: Tag
  readonly summary: Bilingual
  readonly description: Bilingual
  readonly answers: Readonly<Record<number, AnswerDoc>>
  /** The refusals of this operation beyond those every operation shares. */
  readonly problems: readonly ProblemCode[]
  /** Its answers, or its refusals, may hold personal data: `Cache-Control: no-store`. */
  readonly personalData: boolean
  /** Documented query and path parameters. */
  readonly query?: ZodType
  readonly params?: ZodType
}

/** An operation of the API proper: a token, a scope, JSON in and out. */
export interface ApiRoute extends Common {
  readonly kind: 'api'
  readonly scope: Scope
  readonly idempotency: IdempotencyManner
  readonly body?: ZodType
  readonly bodyExample?: unknown
  /** Nothing sent is read as `{}`. */
  readonly bodyMayBeEmpty?: true
  /** The body is not JSON but text of this type, up to 64 MiB, and is read as it comes: `call.chunks`. */
  readonly streamedBody?: string
  /** The national system behind it; its troubles are documented refusals. */
  readonly upstream?: UpstreamSystem
  readonly handle: (deps: RouteDeps) => (call: ApiCall<unknown, unknown, unknown>) => Promise<Answer>
}

interface ApiCall<Body, Query, Params> {
  readonly body: Body
  readonly query: Query
  readonly params: Params
  readonly request: RequestContext
  /** The `Accept` header; empty where there is none. */
  readonly accept: string
  /** The body, piece by piece, where the route streams it; otherwise nothing. */
  readonly chunks: AsyncIterable<Uint8Array>
  /** Present when the client sent a key and the route looks at it. */
  readonly idempotency: KeyedRequest | undefined
}

export interface KeyedRequest {
  readonly scope: IdempotencyScope
  /** SHA-256 of the canonical body, base64url. */
  readonly fingerprint: string
}

/** Anything without a token of ours: the portal's door, the payer's way back, pages, health, the token endpoint. */
export interface OpenRoute extends Common {
  readonly kind: 'open'
  readonly requestContentType?: string
  readonly handle: (deps: RouteDeps) => (call: OpenCall) => Promise<Answer | 'answered'>
}

export interface OpenCall {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly language: Language
  readonly requestId: string
  /** Reads the whole body, at most 256 KiB. */
  readBody(): Promise<Buffer>
  /** For a mounted handler that answers by itself and then says `answered`. */
  readonly raw: { readonly request: IncomingMessage; readonly response: ServerResponse }
}

export type Route = ApiRoute | OpenRoute

interface ApiDeclaration<B extends ZodType, Q extends ZodType, P extends ZodType> extends Omit<
  ApiRoute,
  'kind' | 'body' | 'query' | 'params' | 'handle'
> {
  readonly body?: B
  readonly query?: Q
  readonly params?: P
  readonly handle: (deps: RouteDeps) => (call: ApiCall<OutputOf<B>, OutputOf<Q>, OutputOf<P>>) => Promise<Answer>
}

type OutputOf<S> = S extends ZodType<infer T> ? T : undefined

export function defineRoute<B extends ZodType, Q extends ZodType, P extends ZodType>(
  declaration: ApiDeclaration<B, Q, P>,
): ApiRoute {
  // The schemas that make body, query and params are those the handler's types come from.
  return { kind: 'api', ...declaration } as unknown as ApiRoute
}

export function defineOpenRoute(declaration: Omit<OpenRoute, 'kind'>): OpenRoute {
  return { kind: 'open', ...declaration }
}

/** A stored answer as it was first sent, byte for byte. */
export const fromStored = ({ status, contentType, body }: StoredAnswer): Answer => ({ status, contentType, body })

/** The last mark a replay carries. */
export const replayed = (answer: StoredAnswer): Answer => ({
  ...fromStored(answer),
  headers: { 'Idempotent-Replayed': 'true' },
})
