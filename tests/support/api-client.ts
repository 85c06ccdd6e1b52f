/** A one-stop system: signs its assertion, gets its token like any client, and calls the API over HTTP. */
import { randomUUID } from 'node:crypto'
import type { ClientKey } from '#auth/client-key-file.ts'
import { signAssertion } from '#auth/sign-assertion.ts'
import { tokenEndpointPath } from '#auth/token-profile.ts'

export interface ApiAnswer<Body = Readonly<Record<string, unknown>>> {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Body
}

export interface ApiClient {
  readonly token: string
  get<Body = Readonly<Record<string, unknown>>>(
    path: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer<Body>>
  post<Body = Readonly<Record<string, unknown>>>(
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer<Body>>
  put<Body = Readonly<Record<string, unknown>>>(path: string, body: unknown): Promise<ApiAnswer<Body>>
}

export interface Credentials {
  readonly clientId: string
  readonly key: ClientKey
}

/** `publicUrl` is the issuer and where the gateway is reached. */
export async function connectClient(publicUrl: string, credentials: Credentials): Promise<ApiClient> {
  const token = await fetchToken(publicUrl, credentials)
  const call = async <Body>(path: string, init: RequestInit): Promise<ApiAnswer<Body>> => {
    const headers = { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) }
    const answer = await fetch(publicUrl + path, { redirect: 'manual', ...init, headers })
    const text = await answer.text()
    const isJson = /json/.test(answer.headers.get('content-type') ?? '')
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      body: (isJson ? JSON.parse(text) : {}) as Body,
    }
  }
  const send = <Body>(method: string, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    call<Body>(path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return {
    token,
    get: (path, headers = {}) => call(path, { headers }),
    post: (path, body, headers) => send('POST', path, body, headers),
    put: (path, body) => send('PUT', path, body),
  }
}

async function fetchToken(publicUrl: string, { clientId, key }: Credentials): Promise<string> {
  const assertion = await signAssertion({
    clientId,
    key,
    issuer: publicUrl,
    nowMs: Date.now(),
    jti: randomUUID(),
  })
  const answer = await fetch(publicUrl + tokenEndpointPath, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  })
  const { access_token: token } = (await answer.json()) as { access_token?: string }
  if (token === undefined) throw new Error(`no token: ${answer.status}`)
  return token
}
