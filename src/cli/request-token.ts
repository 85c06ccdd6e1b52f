/** Asks the running gateway for a token, the way any client would. */
import { randomUUID } from 'node:crypto'
import { readClientKeyFile } from '#auth/client-key-file.ts'
import { clientKeyFile, demoClientId } from '#auth/demo-client.ts'
import { signAssertion } from '#auth/sign-assertion.ts'
import { tokenEndpointPath } from '#auth/token-profile.ts'
import type { Environment } from '#config/env.ts'
import { StartupError } from '#domain/errors.ts'
import { systemClock } from '#main/clock.ts'

export interface TokenQuestion {
  readonly publicUrl: string
  readonly clientId: string
  /** Of the client's private JWK. */
  readonly keyFile: string
  /** Space-separated; absent: everything granted to the client. */
  readonly scope?: string
}

const patienceMs = 10_000

/** The access token. Throws `StartupError` with the token server's own words when it refuses. */
export async function requestToken({ publicUrl, clientId, keyFile, scope }: TokenQuestion): Promise<string> {
  const key = readClientKeyFile(keyFile)
  const now = { nowMs: systemClock.nowMs(), jti: randomUUID() }
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await signAssertion({ clientId, key, issuer: publicUrl, ...now }),
    ...(scope === undefined ? {} : { scope }),
  })
  return readAnswer(await post(`${publicUrl}${tokenEndpointPath}`, form))
}

export const requestDemoToken = ({ publicUrl, dataDir }: Environment): Promise<string> =>
  requestToken({ publicUrl, clientId: demoClientId, keyFile: clientKeyFile(dataDir, demoClientId) })

async function post(url: string, body: URLSearchParams): Promise<Response> {
  try {
    return await fetch(url, { method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(patienceMs) })
  } catch (cause) {
    throw new StartupError(`no gateway answers at ${url}`, {
      cure: 'Start it with `npm start` or `lienthong serve`; PUBLIC_URL must be the one it runs with.',
      cause,
    })
  }
}

async function readAnswer(response: Response): Promise<string> {
  const answer = (await response.json().catch(() => ({}))) as Readonly<Record<string, unknown>>
  if (response.ok && typeof answer['access_token'] === 'string') return answer['access_token']
  const said = [answer['error'], answer['error_description']].filter((part) => typeof part === 'string').join(': ')
  throw new StartupError(`the token server refused (${response.status})${said === '' ? '' : `: ${said}`}`, {
    cure: 'Is the client registered and active, is the key its own, are the scopes granted, and does its clock agree?',
  })
}
