/**
 * A sharing platform's bearer token (RFC 6749 section 4.4): fetched once, shared by all calls, replaced a while before it
 * expires and when the platform says it no longer holds. Whoever waits for it gives up at its own deadline; the fetch
 * itself has a deadline of its own, so that one caller's end is not everybody's. When the last one has left it is given
 * up too: the next caller must not wait for an answer that hangs.
 */
import { ContractBreach, decoding, trouble, type CallSite } from './fate.ts'
import { statusTrouble } from './http-answer.ts'
import { targetOf, type Http, type HttpTarget } from './http.ts'
import { passJsonGate, required, scalarOf, stringOf } from './json-gate.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'
import type { JsonRecord } from '#domain/strict-json.ts'

export interface AccessTokens {
  /** A token believed to hold. Rejects with an `UpstreamError`. */
  current(site: CallSite, call: CallContext): Promise<string>
  /** The platform refused `token`: the next call gets another one. */
  discard(token: string): void
}

export interface TokenOptions {
  readonly http: Http
  readonly tokenUrl: string
  readonly clientId: string
  readonly secret: string
  readonly clock: Clock
}

interface Held {
  readonly token: string
  /** On `Clock.monotonicMs`. */
  readonly staleAtMs: number
}

/** One request for a token, and how many calls wait for it. */
interface Fetching {
  readonly fresh: Promise<Held>
  readonly abandon: AbortController
  waiting: number
}

const fetchTimeoutMs = 5_000
/** Replaced when a tenth of its life is left, at most a minute: no call travels with a token that dies on the way. */
const marginShare = 0.1
const maxMarginMs = 60_000

export function createAccessTokens(options: TokenOptions): AccessTokens {
  const { clock } = options
  const target = targetOf(options.tokenUrl)
  let held: Held | undefined
  let fetching: Fetching | undefined
  const startFetching = (site: CallSite): Fetching => {
    const abandon = new AbortController()
    const fresh = fetchToken(options, target, site, abandon.signal)
      .then((token) => (held = token))
      .finally(() => end(mine))
    const mine: Fetching = { fresh, abandon, waiting: 0 }
    return mine
  }
  const end = (mine: Fetching) => {
    if (fetching === mine) fetching = undefined
  }
  return {
    async current(site, call) {
      if (held !== undefined && clock.monotonicMs() < held.staleAtMs) return held.token
      const shared = (fetching ??= startFetching(site))
      shared.waiting += 1
      try {
        return (await beforeDeadline(shared.fresh, clock, site, call)).token
      } finally {
        shared.waiting -= 1
        if (shared.waiting === 0) {
          end(shared)
          shared.abandon.abort()
        }
      }
    },
    discard(token) {
      if (held?.token === token) held = undefined
    },
  }
}

async function fetchToken(
  options: TokenOptions,
  target: HttpTarget,
  site: CallSite,
  signal: AbortSignal,
): Promise<Held> {
  const { http, clock } = options
  const call: CallContext = { requestId: 'token', deadlineMs: clock.monotonicMs() + fetchTimeoutMs, signal }
  const request = {
    method: 'POST',
    target,
    headers: headersOf(options),
    body: 'grant_type=client_credentials',
  } as const
  const answer = await http.send(request, site, call)
  if (answer.status !== 200) throw statusTrouble(answer, site, clock.nowMs())
  const { token, lifeMs } = decoding(site, () => decodeToken(passJsonGate(answer)))
  return { token, staleAtMs: clock.monotonicMs() + lifeMs - Math.min(lifeMs * marginShare, maxMarginMs) }
}

/** RFC 6749 section 2.3.1: both halves are form-encoded before they are joined. */
function headersOf({ clientId, secret }: TokenOptions): Record<string, string> {
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`
  return {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
    authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
  }
}

export function decodeToken(record: JsonRecord): { readonly token: string; readonly lifeMs: number } {
  const token = required(stringOf(record, 'access_token'), 'access_token')
  // It goes into a header: visible ASCII (RFC 6749 appendix A.12), nothing that could end the line.
  if (!/^[!-~]{1,4096}$/.test(token)) throw new ContractBreach('access_token is no token')
  if (stringOf(record, 'token_type')?.toLowerCase() !== 'bearer') throw new ContractBreach('token_type is not Bearer')
  const seconds = required(scalarOf(record, 'expires_in'), 'expires_in')
  if (!/^[1-9]\d{0,8}$/.test(seconds)) throw new ContractBreach('expires_in is no number of seconds')
  return { token, lifeMs: Number(seconds) * 1_000 }
}

function beforeDeadline<T>(work: Promise<T>, clock: Clock, site: CallSite, call: CallContext): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(trouble('upstream_timeout', 'no access token before the deadline', 'unknown', site))
    const cancel = clock.schedule(Math.max(0, call.deadlineMs - clock.monotonicMs()), giveUp)
    call.signal.addEventListener('abort', giveUp, { once: true })
    if (call.signal.aborted) giveUp()
    work.then(resolve, reject).finally(() => {
      cancel()
      call.signal.removeEventListener('abort', giveUp)
    })
  })
}
