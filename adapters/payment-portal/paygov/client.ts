/** Speaks to PayGov through the sharing platform: its bearer token, the province's own token, account and address live here. */
import type { AccessTokens } from '#adapters/transport/access-token.ts'
import type { CallSite } from '#adapters/transport/fate.ts'
import { statusTrouble, type HttpAnswer } from '#adapters/transport/http-answer.ts'
import { targetOf, type Http, type HttpTarget } from '#adapters/transport/http.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'
import { UpstreamError } from '#domain/errors.ts'

export interface PartnerAccount {
  readonly partnerCode: string
  /** Names the key, and travels in every message. */
  readonly accessKey: string
  /** Never travels. */
  readonly secretKey: string
}

export type TokenHeaders = Readonly<Record<'authorization' | 'lgspaccesstoken', string>>

export interface PayGovClient {
  readonly account: PartnerAccount
  /** Whether pay pages must be https: they are, wherever PayGov itself is. */
  readonly isSecure: boolean
  /** Something under the base address. */
  at(path: string): HttpTarget
  /** Sends with what the sharing platform wants to see; a refused token is replaced once. */
  letThrough<T extends { readonly status: number }>(
    send: (headers: TokenHeaders) => Promise<T>,
    site: CallSite,
    call: CallContext,
  ): Promise<T>
  /** Posts `body` and resolves with a 200. */
  post(path: string, body: string, site: CallSite, call: CallContext): Promise<HttpAnswer>
  /** Fetches what lies on PayGov's own origin, without showing it any token; resolves with a 200. */
  get(path: string, site: CallSite, call: CallContext): Promise<HttpAnswer>
}

export interface PayGovClientOptions {
  readonly http: Http
  readonly url: string
  readonly account: PartnerAccount
  readonly tokens: AccessTokens
  /** `lgspaccesstoken`, as the province handed it out. */
  readonly lgspAccessToken: string
  readonly clock: Clock
}

export function createPayGovClient(options: PayGovClientOptions): PayGovClient {
  const { http, account, tokens, lgspAccessToken, clock } = options
  const base = targetOf(options.url)
  const at = (path: string): HttpTarget => ({ origin: base.origin, path: base.path.replace(/\/$/, '') + path })
  const letThrough: PayGovClient['letThrough'] = async (send, site, call) => {
    const once = async () => {
      const token = await tokenFor(tokens, site, call)
      const answer = await send({ authorization: `Bearer ${token}`, lgspaccesstoken: lgspAccessToken })
      // The sharing platform refused at its door: PayGov saw nothing.
      if (answer.status === 401) tokens.discard(token)
      return answer
    }
    const answer = await once()
    return answer.status === 401 ? once() : answer
  }
  const accepted = (answer: HttpAnswer, site: CallSite): HttpAnswer => {
    if (answer.status !== 200) throw statusTrouble(answer, site, clock.nowMs())
    return answer
  }
  return {
    account,
    isSecure: base.origin.startsWith('https:'),
    at,
    letThrough,
    async post(path, body, site, call) {
      const headers = { 'content-type': 'application/json; charset=utf-8', accept: 'application/json' }
      const send = (tokens: TokenHeaders) =>
        http.send({ method: 'POST', target: at(path), headers: { ...headers, ...tokens }, body }, site, call)
      return accepted(await letThrough(send, site, call), site)
    },
    async get(path, site, call) {
      const headers = { accept: 'application/pdf' }
      return accepted(await http.send({ method: 'GET', target: { ...base, path }, headers }, site, call), site)
    },
  }
}

/** Whatever became of the request for a token: without one the message itself was never sent. */
async function tokenFor(tokens: AccessTokens, site: CallSite, call: CallContext): Promise<string> {
  try {
    return await tokens.current(site, call)
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    const { code, message, upstream, operation, upstreamCode, retryAfterSeconds } = error
    throw new UpstreamError(code, message, {
      upstream,
      operation,
      fate: 'not_sent',
      cause: error,
      ...(upstreamCode !== undefined && { upstreamCode }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    })
  }
}
