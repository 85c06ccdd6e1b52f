/**
 * What a log line may hold. An allow-list, because a redaction list forgets: a field that is not named here is dropped,
 * whatever it holds. Every value is a fact of ours (an id, a code, a number); nothing comes from a body or a URL.
 */
const loggable: ReadonlySet<string> = new Set([
  // who and what
  'operation',
  'requestId',
  'traceId',
  'tenant',
  'client',
  'kind',
  'component',
  'command',
  // how it ended
  'status',
  'code',
  'outcome',
  'fate',
  'reason',
  'replayed',
  'ms',
  'upstreamCode',
  // upstreams, breakers, jobs
  'system',
  'upstream',
  'connection',
  'operationClass',
  'state',
  'attempt',
  'attempts',
  'fault',
  'job',
  'jobId',
  'paymentId',
  'attemptId',
  'notificationId',
  'verificationId',
  'auditEntry',
  'delayMs',
  'dueInMs',
  // keys and clients
  'keyId',
  'keyUse',
  // numbers of the process
  'count',
  'size',
  'depth',
  'port',
  'pid',
  'version',
  'migration',
  'mode',
  'signal',
  'drained',
])

/** Longer values are cut: nothing of ours is longer, and a line stays a line. */
const maxLength = 200

/** The part of `fields` that may be written. `error` becomes `{ name, code, message?, at }`. */
export function onlyLoggable(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const line: Record<string, unknown> = {}
  for (const name in fields) {
    const value = fields[name]
    if (name === 'error') line['error'] = describeError(value)
    else if (loggable.has(name) && isScalar(value)) line[name] = typeof value === 'string' ? printable(value) : value
  }
  return line
}

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const plain = /^[\x20-\x7e]*$/
/** Control characters, line and paragraph separators, bidi controls, zero-width characters: what makes a line lie. */
const deceptive = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** `text` with everything that could break or disguise a line written as `\u{…}`. */
export function printable(text: string): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  if (plain.test(cut)) return cut
  return cut.replace(deceptive, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** Errors of ours keep their message (it never holds personal data); of all others only class, code and positions. */
const ours: ReadonlySet<string> = new Set(['GatewayError', 'UpstreamError', 'CommitConflict', 'StartupError'])

interface ErrorLike {
  readonly name?: unknown
  readonly code?: unknown
  readonly message?: unknown
  readonly stack?: unknown
  readonly cause?: unknown
}

function describeError(error: unknown, depth = 0): unknown {
  if (typeof error !== 'object' || error === null) return { name: typeof error }
  const { name, code, message, stack, cause } = error as ErrorLike
  const isOurs = typeof name === 'string' && ours.has(name)
  return {
    ...(typeof name === 'string' ? { name: printable(name) } : {}),
    ...(typeof code === 'string' ? { code: printable(code) } : {}),
    ...(isOurs && typeof message === 'string' ? { message: printable(message) } : {}),
    at: positions(stack),
    ...(cause === undefined || depth >= 3 ? {} : { cause: describeError(cause, depth + 1) }),
  }
}

/** `file:line:column` of the innermost frames. A stack begins with the message, which may quote what somebody sent. */
function positions(stack: unknown): readonly string[] {
  if (typeof stack !== 'string') return []
  return stack
    .split('\n')
    .flatMap((line) => /^\s+at .*?([\w.@-]+\/[\w.@-]+:\d+:\d+)\)?$/.exec(line)?.[1] ?? [])
    .slice(0, 6)
}
