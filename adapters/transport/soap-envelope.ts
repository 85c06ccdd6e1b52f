/** SOAP 1.1 envelopes, read behind the gate. A fault is an answer like any other: what it means, the adapter says. */
import { ContractBreach } from './fate.ts'
import type { HttpAnswer } from './http-answer.ts'
import { isXml, passXmlGate } from './xml-gate.ts'
import { childOf, readXml, textOf, type XmlElement } from './xml-reader.ts'

export type SoapContent =
  | { readonly kind: 'payload'; readonly element: XmlElement }
  | { readonly kind: 'fault'; readonly fault: SoapFault }

export interface SoapFault {
  /** `Client`, `Server` or a subcode: the local part of `faultcode`. */
  readonly code: string
  /** For people; never copied anywhere. Present so that an upstream that hides its code in there can be understood. */
  readonly reason: string
  readonly detail: XmlElement | undefined
}

const envelopeNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'

/** The one element of the body. Throws `ContractBreach`. */
export function readEnvelope(answer: HttpAnswer): SoapContent {
  const envelope = readXml(passXmlGate(answer))
  if (envelope.name !== 'Envelope' || envelope.namespace !== envelopeNamespace) {
    throw new ContractBreach('XML that is not a SOAP 1.1 envelope')
  }
  const body = childOf(envelope, envelopeNamespace, 'Body')
  if (body === undefined) throw new ContractBreach('a SOAP envelope without a body')
  const [element, ...others] = body.children
  if (element === undefined || others.length > 0) throw new ContractBreach('a SOAP body without exactly one element')
  const isFault = element.name === 'Fault' && element.namespace === envelopeNamespace
  return isFault ? { kind: 'fault', fault: faultOf(element) } : { kind: 'payload', element }
}

/** A fault where one may be: with HTTP 500, which may just as well be any server's error page. */
export function faultIn(answer: HttpAnswer): SoapFault | undefined {
  if (!isXml(answer)) return undefined
  try {
    const content = readEnvelope(answer)
    return content.kind === 'fault' ? content.fault : undefined
  } catch (error) {
    if (error instanceof ContractBreach) return undefined
    throw error
  }
}

/** The children of a SOAP 1.1 fault have no namespace (section 4.4). */
function faultOf(element: XmlElement): SoapFault {
  const code = textOf(element, '', 'faultcode') ?? ''
  return {
    code: code.slice(code.indexOf(':') + 1),
    reason: textOf(element, '', 'faultstring') ?? '',
    detail: childOf(element, '', 'detail'),
  }
}
