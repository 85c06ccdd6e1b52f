/** HTTP Basic with a password of the moment: sha256hex(registered address + user + Timestamp + secret), see the WSDL. */
import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

export interface Account {
  readonly user: string
  readonly secret: string
  readonly hashUrl: string
}

/** [OURS] not public. */
const allowedSkewMs = 5 * 60_000

export interface Refusal {
  readonly pointer: string
  readonly message: string
}

export const passwordOf = ({ user, secret, hashUrl }: Account, timestamp: string): string =>
  hash('sha256', hashUrl + user + timestamp + secret, 'hex')

/** The user of a Basic header, proven or not: what a fault's `match.client` is compared with. */
export function userOf(headers: IncomingHttpHeaders): string | undefined {
  return basicOf(headers)?.user
}

/** Undefined: the caller is who it says. */
export function refusalOf(headers: IncomingHttpHeaders, account: Account, nowMs: number): Refusal | undefined {
  const timestamp = headers['timestamp']
  if (typeof timestamp !== 'string' || !/^(\d{10}|\d{13})$/.test(timestamp)) {
    return { pointer: '/headers/timestamp', message: 'must be the epoch time in seconds or milliseconds' }
  }
  const given = basicOf(headers)
  if (!given) return { pointer: '/headers/authorization', message: 'must be HTTP Basic' }
  if (given.user !== account.user || given.password !== passwordOf(account, timestamp)) {
    return { pointer: '/headers/authorization', message: 'user, secret, registered address or timestamp do not fit' }
  }
  const skewMs = Math.abs(nowMs - Number(timestamp) * (timestamp.length === 10 ? 1000 : 1))
  if (skewMs <= allowedSkewMs) return undefined
  return { pointer: '/headers/timestamp', message: `is ${Math.round(skewMs / 1000)} s off the register's clock` }
}

function basicOf({ authorization }: IncomingHttpHeaders): { user: string; password: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  return colon === -1 ? undefined : { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}
