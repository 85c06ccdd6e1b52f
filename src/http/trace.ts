/** W3C Trace Context: a caller's trace is continued, a missing or broken one is begun anew. `tracestate` is not kept. */
import type { Ids } from '#domain/clock.ts'

export interface Trace {
  readonly traceId: string
  /** Ours: the caller's trace id with a span id of this request. */
  readonly traceparent: string
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const noTrace = '0'.repeat(32)
const noSpan = '0'.repeat(16)

export function continueTrace(traceparent: string | undefined, ids: Pick<Ids, 'random'>): Trace {
  const fresh = hex(ids.random(24))
  const spanId = fresh.slice(32)
  const { traceId, flags } = readTraceparent(traceparent) ?? { traceId: fresh.slice(0, 32), flags: '00' }
  return { traceId, traceparent: `00-${traceId}-${spanId}-${flags}` }
}

function readTraceparent(text: string | undefined): { traceId: string; flags: string } | undefined {
  if (text === undefined || text.length > 200) return undefined
  const [, version, traceId = noTrace, spanId = noSpan, flags = '00', more] = form.exec(text) ?? []
  if (version === undefined || version === 'ff' || traceId === noTrace || spanId === noSpan) return undefined
  // Version 00 ends after the flags; later versions may go on.
  if (version === '00' && more !== undefined) return undefined
  return { traceId, flags: (Number.parseInt(flags, 16) & 1) === 1 ? '01' : '00' }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
