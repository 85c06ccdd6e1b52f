/**
 * An answer handed over piece by piece, as slowly as the taker likes. Only for reads: who took a part and then meets an error
 * throws the part away.
 */
import { trouble, type CallSite } from './fate.ts'
import type { HttpAnswer } from './http-answer.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'
import { UpstreamError } from '#domain/errors.ts'
import type { Dispatcher, Pool } from 'undici'

interface Wanted {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

interface Circumstances {
  readonly site: CallSite
  readonly call: CallContext
  readonly clock: Clock
}

/** api.md, "Manners": 64 MiB; what comes after one piece more than that is not read. */
const maxDownloadBytes = 64 * 1024 * 1024

export async function download(
  pool: Pool,
  { path, headers }: Wanted,
  accept: (chunk: Uint8Array) => Promise<void>,
  { site, call, clock }: Circumstances,
): Promise<Omit<HttpAnswer, 'body'>> {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const cancelDeadline = clock.schedule(Math.max(0, call.deadlineMs - clock.monotonicMs()), abort)
  call.signal.addEventListener('abort', abort, { once: true })
  if (call.signal.aborted) abort()
  try {
    const sent = { ...headers, 'accept-encoding': 'identity' }
    const answer = await pool.request({ path, method: 'GET', headers: sent, signal: controller.signal })
    if (answer.statusCode === 200) await handOver(answer.body, accept)
    else await answer.body.dump()
    return { status: answer.statusCode, headers: answer.headers }
  } catch (error) {
    throw accident(error, site, controller.signal.aborted)
  } finally {
    cancelDeadline()
    call.signal.removeEventListener('abort', abort)
  }
}

/** What the taker itself rejects with is its own affair, and is told apart from the network's. */
class TakerFailed extends Error {}

async function handOver(
  body: Dispatcher.ResponseData['body'],
  accept: (chunk: Uint8Array) => Promise<void>,
): Promise<void> {
  let size = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length
    await accept(chunk).catch((cause: unknown) => {
      throw new TakerFailed('the taker failed', { cause })
    })
    if (size > maxDownloadBytes) return
  }
}

const neverSent: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'])

function accident(error: unknown, site: CallSite, wasAborted: boolean): unknown {
  if (error instanceof TakerFailed) return error.cause
  if (error instanceof UpstreamError) return error
  if (wasAborted) return trouble('upstream_timeout', 'no complete file before the deadline', 'unknown', site)
  if (neverSent.has((error as { code?: unknown }).code)) {
    return trouble('upstream_unavailable', 'no connection could be made', 'not_sent', site, { cause: error })
  }
  return trouble('upstream_connection_lost', 'the connection broke after sending', 'unknown', site, { cause: error })
}
