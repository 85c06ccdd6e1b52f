/** Posts messages to the platform's one address and reads what it understood: partner, secret and URL live here only. */
import { isSignedBy } from './checksum.ts'
import { refusalOf } from './faults.ts'
import { ContractBreach, decoding, type CallSite } from '#adapters/transport/fate.ts'
import type { HttpAnswer } from '#adapters/transport/http-answer.ts'
import { statusTrouble } from '#adapters/transport/http-answer.ts'
import { targetOf, type Http } from '#adapters/transport/http.ts'
import { required, stringOf } from '#adapters/transport/json-gate.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'
import type { JsonRecord } from '#domain/strict-json.ts'

export interface PartnerAccount {
  /** `MaDoiTac`. */
  readonly partnerCode: string
  readonly secret: string
}

export interface PortalClient {
  readonly account: PartnerAccount
  /** Whether pay pages must be https: they are, wherever the platform itself is. */
  readonly isSecure: boolean
  /** Posts `body` and resolves with a 200. */
  post(body: string, site: CallSite, call: CallContext): Promise<HttpAnswer>
}

export function createPortalClient(options: {
  readonly http: Http
  readonly url: string
  readonly account: PartnerAccount
  readonly clock: Clock
}): PortalClient {
  const target = targetOf(options.url)
  const headers = { 'content-type': 'application/json; charset=utf-8', accept: 'application/json, application/pdf' }
  return {
    account: options.account,
    isSecure: target.origin.startsWith('https:'),
    async post(body, site, call) {
      const answer = await options.http.send({ method: 'POST', target, headers, body }, site, call)
      if (answer.status !== 200) throw statusTrouble(answer, site, options.clock.nowMs())
      return answer
    },
  }
}

/** What an answer must agree with before anything in it is believed. */
export interface Expectation {
  readonly kind: string
  readonly reference: string
  readonly order: readonly string[]
  /** The public INIT answer has neither checksum nor partner; whatever it does have must be right all the same. */
  readonly unsignedAllowed?: boolean
}

/** `MaLoi` of an answer that is about our message. Throws `ContractBreach` when it is about somebody else's. */
export function resultOf(record: JsonRecord, expected: Expectation, account: PartnerAccount): string {
  const result = required(stringOf(record, 'MaLoi'), 'MaLoi')
  const isRefusal = result !== '00' && result !== '01'
  const given = stringOf(record, 'MaXacThuc')
  const mayOmit = isRefusal || expected.unsignedAllowed === true
  agree(record, 'LoaiBanTin', expected.kind, mayOmit)
  agree(record, 'MaDoiTac', account.partnerCode, mayOmit)
  agree(record, 'MaThamChieu', expected.reference, isRefusal)
  if (given === undefined && !mayOmit) throw new ContractBreach('MaXacThuc is missing')
  if (given !== undefined && !isSignedBy(record, expected.order, given, account.secret)) {
    throw new ContractBreach('MaXacThuc does not belong to the answer')
  }
  return result
}

/** Throws the refusal a result stands for. */
export function refuse(result: string, site: CallSite): never {
  throw decoding(site, () => refusalOf(result, site))
}

function agree(record: JsonRecord, name: string, expected: string, mayOmit: boolean): void {
  const value = stringOf(record, name)
  if (value === undefined && mayOmit) return
  if (value !== expected) throw new ContractBreach(`${name} is not that of our message`)
}
