import { ContractBreach } from '#adapters/transport/fate.ts'
import type { HttpAnswer } from '#adapters/transport/http-answer.ts'
import { faultIn, readEnvelope } from '#adapters/transport/soap-envelope.ts'
import { passXmlGate } from '#adapters/transport/xml-gate.ts'
import { childOf, readXml, textOf } from '#adapters/transport/xml-reader.ts'
import { describe, expect, it } from 'vitest'
import { hostileXml } from '../../../support/hostile-xml.ts'

const xml = (body: string | Buffer, contentType = 'text/xml; charset=utf-8'): HttpAnswer => ({
  status: 200,
  headers: contentType === '' ? {} : { 'content-type': contentType },
  body: Buffer.from(body as string),
})

/** What an adapter would do with it, up to the point where it looks for its own element. */
function readCitizens(answer: HttpAnswer) {
  const content = readEnvelope(answer)
  if (content.kind !== 'payload' || content.element.name !== 'CongdanCollection') {
    throw new ContractBreach('not the element of this operation')
  }
  return content.element
}

describe('the XML gate', () => {
  it('is tried with at least sixty hostile documents', () => {
    expect(hostileXml.length).toBeGreaterThanOrEqual(60)
  })

  it.each(hostileXml)('refuses $why', ({ body, contentType }) => {
    const startedAt = performance.now()
    expect(() => readCitizens(xml(body, contentType))).toThrow(ContractBreach)
    expect(performance.now() - startedAt).toBeLessThan(50)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it.each(hostileXml)('quotes nothing of $why', ({ body, contentType }) => {
    const message = (() => {
      try {
        readCitizens(xml(body, contentType))
      } catch (error) {
        return String(error)
      }
      return ''
    })()
    expect(message).not.toMatch(/NGUY|HOÀ|passwd|015185/)
  })

  it.each([
    ['a byte order mark', `\ufeff<?xml version="1.0" encoding="UTF-8" standalone='yes' ?>\n<a>Hoà</a>\n`],
    ['no declaration', '<a>Hoà</a>'],
    ['single quotes', `<?xml version='1.0' encoding='utf-8'?><a b='"'>Hoà</a>`],
    ['64 levels', `${'<a>'.repeat(63)}<a>Hoà</a>${'</a>'.repeat(63)}`],
    ['64 attributes', `<a${Array.from({ length: 64 }, (_, at) => ` a${at}="1"`).join('')}>Hoà</a>`],
    ['20,000 elements', `<a>Hoà${'<b/>'.repeat(19_999)}</a>`],
    ['a text of 1 MiB', `<a>Hoà${'x'.repeat(1024 * 1024 - 10)}</a>`],
    ['a greater-than in text and attribute', '<a b=">">Hoà></a>'],
  ])('lets pass %s', (_, document) => {
    let element = readXml(passXmlGate(xml(document)))
    while (element.children[0]?.name === 'a') element = element.children[0]
    expect(element.text).toMatch(/^Hoà/)
  })

  it.each(['utf16le', 'utf16be'])('reads %s that is marked as such', (order) => {
    const marked = Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-16"?><a>Nguyễn</a>', 'utf16le')
    const body = order === 'utf16le' ? marked : marked.swap16()
    expect(readXml(passXmlGate(xml(body, 'application/xml; charset="UTF-16"'))).text).toBe('Nguyễn')
  })
})

describe('the XML reader', () => {
  const document = `<p:a xmlns:p="one" xmlns="two" k="v" p:k="w"><b>0015</b><q:b xmlns:q="one"> x&lt;&#x1EBF; </q:b><c/><d>1<e/></d><f>1</f><f>2</f></p:a>`
  const root = readXml(document)

  it('goes by namespace and local name, whatever the prefix', () => {
    expect(root).toMatchObject({ namespace: 'one', name: 'a' })
    expect(textOf(root, 'two', 'b')).toBe('0015')
    expect(textOf(root, 'one', 'b')).toBe('x<ế')
    expect(readXml(document.replaceAll('p:', 'ns1:').replaceAll(':p=', ':ns1='))).toEqual(root)
  })

  it('keeps strings as strings and tells empty from absent by neither', () => {
    expect(textOf(root, 'two', 'b')).toBe('0015')
    expect(textOf(root, 'two', 'c')).toBeUndefined()
    expect(textOf(root, 'two', 'nowhere')).toBeUndefined()
  })

  it('keeps unprefixed attributes only', () => {
    expect([...root.attributes]).toEqual([['k', 'v']])
  })

  it('refuses two elements where one is expected, and elements where text is', () => {
    expect(() => childOf(root, 'two', 'f')).toThrow('two elements f where one is expected')
    expect(() => textOf(root, 'two', 'd')).toThrow('elements inside d where text is expected')
  })
})

describe('a SOAP fault', () => {
  const fault = (inside: string) =>
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>${inside}</s:Fault></s:Body></s:Envelope>`

  it('is read as a value, its code without the prefix', () => {
    const content = readEnvelope(
      xml(fault('<faultcode>s:Client</faultcode><faultstring>x</faultstring><detail><c>004</c></detail>')),
    )
    expect(content).toMatchObject({ kind: 'fault', fault: { code: 'Client', reason: 'x' } })
    expect(content.kind === 'fault' && content.fault.detail?.children[0]?.text).toBe('004')
  })

  it('is found in an error page only when it is one', () => {
    expect(faultIn(xml(fault('<faultcode>s:Server</faultcode>')))?.code).toBe('Server')
    expect(faultIn(xml('<html/>', 'text/html'))).toBeUndefined()
    expect(faultIn(xml('<a>', 'text/xml'))).toBeUndefined()
    expect(faultIn(xml(fault('').replaceAll('s:Fault', 's:Answer')))).toBeUndefined()
  })
})
