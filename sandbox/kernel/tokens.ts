/** Bearer tokens by client credentials (RFC 6749 section 4.4), living on the simulator's clock. */
import { randomBytes, timingSafeEqual, hash } from 'node:crypto'
import type { Answer } from './simulator.ts'

const lifeSeconds = 3600

export interface Tokens {
  /** Answers a token request that has passed the contract. */
  issue(): Answer
  isAccepted(authorization: string | undefined): boolean
  clear(): void
}

export function createTokens(nowMs: () => number): Tokens {
  const expiries = new Map<string, number>()
  const forgetExpired = () => {
    for (const [token, expiresAtMs] of expiries) if (expiresAtMs <= nowMs()) expiries.delete(token)
  }
  return {
    issue() {
      forgetExpired()
      const token = randomBytes(24).toString('base64url')
      expiries.set(token, nowMs() + lifeSeconds * 1000)
      return tokenJson(200, { access_token: token, token_type: 'Bearer', expires_in: lifeSeconds, scope: 'default' })
    },
    isAccepted(authorization) {
      const token = /^Bearer ([\w-]+)$/i.exec(authorization ?? '')?.[1]
      const expiresAtMs = token === undefined ? undefined : expiries.get(token)
      return expiresAtMs !== undefined && nowMs() < expiresAtMs
    },
    clear: () => expiries.clear(),
  }
}

export interface Client {
  readonly clientId: string
  readonly clientSecret: string
}

/** The client id of a right Basic header; undefined for every wrong one. */
export function basicClient(authorization: string | undefined, { clientId, clientSecret }: Client): string | undefined {
  const given = digest(authorization ?? '')
  const expected = digest(`Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`)
  return timingSafeEqual(given, expected) ? clientId : undefined
}

export const tokenError = (status: 400 | 401, error: string): Answer => {
  const answer = tokenJson(status, { error })
  return status === 401 ? { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Basic' } } : answer
}

const tokenJson = (status: number, body: Readonly<Record<string, unknown>>): Answer => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' },
  body: JSON.stringify(body),
})

const digest = (text: string): Buffer => hash('sha256', text, 'buffer')
