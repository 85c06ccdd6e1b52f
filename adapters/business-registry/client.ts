/** Asks the registry through the sharing platform, with its bearer token; a refused token is replaced once. */
import type { AccessTokens } from '#adapters/transport/access-token.ts'
import type { CallSite } from '#adapters/transport/fate.ts'
import { statusTrouble, type HttpAnswer } from '#adapters/transport/http-answer.ts'
import { targetOf, type Http } from '#adapters/transport/http.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'

export interface RegistryClient {
  readonly clock: Clock
  /** GET with `query` (begins with `?`); resolves with a 200. */
  get(query: string, site: CallSite, call: CallContext): Promise<HttpAnswer>
}

export function createRegistryClient(options: {
  readonly http: Http
  readonly url: string
  readonly tokens: AccessTokens
  readonly clock: Clock
}): RegistryClient {
  const { http, tokens, clock } = options
  const target = targetOf(options.url)
  const ask = async (query: string, site: CallSite, call: CallContext) => {
    const token = await tokens.current(site, call)
    const headers = { accept: 'application/json', authorization: `Bearer ${token}` }
    return { token, answer: await http.send({ method: 'GET', target, query, headers }, site, call) }
  }
  return {
    clock,
    async get(query, site, call) {
      let { token, answer } = await ask(query, site, call)
      if (answer.status === 401) {
        tokens.discard(token)
        ;({ token, answer } = await ask(query, site, call))
        if (answer.status === 401) tokens.discard(token)
      }
      if (answer.status !== 200) throw statusTrouble(answer, site, clock.nowMs())
      return answer
    },
  }
}
