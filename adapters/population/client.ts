/** Service 037 over its carrier: how a caller proves who it is, and what an HTTP status or a fault in the answer means. */
import { faultTrouble } from './faults.ts'
import { decoding, type CallSite } from '#adapters/transport/fate.ts'
import { digestOf, statusTrouble, type HttpAnswer } from '#adapters/transport/http-answer.ts'
import { faultIn, readEnvelope } from '#adapters/transport/soap-envelope.ts'
import type { SoapContract } from '#adapters/transport/soap.ts'
import type { XmlElement } from '#adapters/transport/xml-reader.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Clock } from '#domain/clock.ts'
import type { PersonSource } from '#domain/person.ts'
import { hash } from 'node:crypto'

export interface Credentials {
  readonly user: string
  readonly secret: string
  /** The address the provider registered, which the password covers; not necessarily the address called. */
  readonly hashUrl: string
}

export interface PopulationClient {
  readonly dialect: string
  /** Resolves with the one element of the body, which is not a fault. */
  ask(operation: string, message: object, site: CallSite, call: CallContext): Promise<Reply>
}

interface Reply {
  readonly element: XmlElement
  readonly source: Omit<PersonSource, 'dataAsOf'>
}

export function createPopulationClient(options: {
  readonly dialect: string
  readonly contract: Promise<SoapContract>
  readonly credentials: Credentials
  readonly clock: Clock
}): PopulationClient {
  const { dialect, clock, credentials } = options
  return {
    dialect,
    async ask(operation, message, site, call) {
      const contract = await options.contract
      const headers = credentialHeaders(credentials, clock.nowMs())
      const answer = await contract.invoke(operation, message, headers, { site, context: call })
      const element = payloadOf(answer, site, clock.nowMs())
      return { element, source: { dialect, requestId: call.requestId, answerSha256: digestOf(answer) } }
    },
  }
}

/** HTTP Basic with a password of the moment, and the moment beside it. Milliseconds, as most clients send it. */
export function credentialHeaders({ user, secret, hashUrl }: Credentials, nowMs: number): Record<string, string> {
  const timestamp = String(nowMs)
  const password = hash('sha256', hashUrl + user + timestamp + secret, 'hex')
  return {
    Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    Timestamp: timestamp,
  }
}

/** A fault may come with 500 or with 200; any other status speaks for itself, whatever the body. */
function payloadOf(answer: HttpAnswer, site: CallSite, nowMs: number): XmlElement {
  if (answer.status !== 200) {
    const fault = answer.status === 500 ? faultIn(answer) : undefined
    throw fault === undefined ? statusTrouble(answer, site, nowMs) : faultTrouble(fault, site)
  }
  const content = decoding(site, () => readEnvelope(answer))
  if (content.kind === 'fault') throw faultTrouble(content.fault, site)
  return content.element
}
