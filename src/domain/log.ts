/**
 * The one way to say something to operators. Facts are fields, not sentences. Only the fields that
 * `observability/log.ts` lists are written; anything else is dropped there, so that a careless call leaks nothing.
 * Never pass a body, a token, a name, a number of a person, or a URL. An `error` field is written as its class, code and
 * stack positions; its message only when it is a `GatewayError` or an `UpstreamError`, whose messages are ours.
 */
export type LogFields = Readonly<Record<string, unknown>>

export interface Log {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}
