/** Calls of the running gateway's own API, for commands that do what any client could. */
import { StartupError } from '#domain/errors.ts'

export interface GatewayCalls {
  get<Body>(path: string): Promise<Body>
  post<Body>(path: string, body: object): Promise<Body>
}

const patienceMs = 30_000

/** Every call rejects with `StartupError` in the gateway's own words when it refuses. */
export function callsOf(publicUrl: string, token: string): GatewayCalls {
  const call = async <Body>(path: string, init: RequestInit): Promise<Body> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'accept-language': 'en' }
    const answer = await reach(publicUrl + path, { ...init, headers })
    const body = (await answer.json().catch(() => ({}))) as Readonly<Record<string, unknown>>
    if (answer.ok) return body as Body
    throw new StartupError(`the gateway refused (${answer.status}): ${textOf(body['title'])}`, {
      cure: textOf(body['type']),
    })
  }
  return {
    get: (path) => call(path, {}),
    post: (path, body) => call(path, { method: 'POST', body: JSON.stringify(body) }),
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : 'it did not say more; see its log')

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(patienceMs) })
  } catch (cause) {
    throw new StartupError(`no gateway answers at ${new URL(url).origin}`, {
      cure: 'Start it with `npm start` or `lienthong serve`; PUBLIC_URL must be the one it runs with.',
      cause,
    })
  }
}
