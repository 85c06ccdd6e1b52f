import { readFileSync, writeFileSync } from 'node:fs'
import { loadSoapContract } from '#adapters/transport/soap.ts'
import { readXml, textOf } from '#adapters/transport/xml-reader.ts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aCall } from '../../../support/a-call.ts'
import { reply, startRawUpstream } from '../../../support/raw-upstream.ts'
import { answering } from '../../../support/recorded-http.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const sample = readFileSync(new URL('../../../support/sample-service.wsdl', import.meta.url), 'utf8')
const site = { upstream: 'population', operation: 'findPerson', effect: 'read' } as const

/** The sample, importing what it is told to; by default nothing. */
function wsdlImporting(location?: string): string {
  const file = `${temporaryFolder()}/sample.wsdl`
  const importing =
    location === undefined ? sample.replace(/<xs:import[^>]*>/, '') : sample.replace('IMPORTED', location)
  writeFileSync(file, importing)
  return file
}

const contractOver = (http: ReturnType<typeof answering>, wsdl = wsdlImporting()) =>
  loadSoapContract({ http, wsdl, url: 'http://upstream.test/service' })

const ask = async (args: object, http = answering({ body: '', contentType: 'text/xml' })) => {
  const contract = await contractOver(http)
  await contract.invoke('Ask', args, { Timestamp: '1' }, { site, context: aCall() })
  return http.sent[0]
}

describe('the SOAP contract', () => {
  // The four promises below rest on inside knowledge of the package: when it is upgraded, they tell.
  it('hands the answer over untouched: the package parses nothing of it', async () => {
    const body = '<a>&bomb;<never></closed>'
    const http = answering({ status: 500, contentType: 'text/xml', body })
    const contract = await contractOver(http)
    const answer = await contract.invoke('Ask', {}, {}, { site, context: aCall() })
    expect(answer).toMatchObject({ status: 500, headers: { 'content-type': 'text/xml' } })
    expect(answer.body.toString()).toBe(body)
  })

  it.each(['', '{}', 'not XML', '<html></html>'])('hands over the body %j with 200 as it is', async (body) => {
    const contract = await contractOver(answering({ body }))
    const answer = await contract.invoke('Ask', {}, {}, { site, context: aCall() })
    expect(answer.body.toString()).toBe(body)
  })

  it('rejects with the very error of the transport', async () => {
    const http = answering()
    const contract = await contractOver(http)
    await expect(contract.invoke('Ask', {}, {}, { site, context: aCall() })).rejects.toThrow('the test wrote no answer')
  })

  it('sends to our address, as application/xml, with an empty SOAPAction and the headers it is given', async () => {
    expect(await ask({ Text: 'x' })).toMatchObject({
      target: { origin: 'http://upstream.test', path: '/service' },
      headers: { 'Content-Type': 'application/xml; charset=utf-8', SOAPAction: '""', Timestamp: '1' },
    })
  })

  it('keeps calls apart that are under way at the same time', async () => {
    const contract = await loadSoapContract({
      wsdl: wsdlImporting(),
      url: 'http://upstream.test/',
      http: {
        send: async ({ body = '' }) => {
          await new Promise((resolve) => setImmediate(resolve))
          return { status: 200, headers: {}, body: Buffer.from(body) }
        },
      },
    })
    const texts = Array.from({ length: 20 }, (_, at) => `text ${at}`)
    const answers = await Promise.all(
      texts.map((Text) => contract.invoke('Ask', { Text }, {}, { site, context: aCall() })),
    )
    expect(answers.map(({ body }) => /Text>(.*?)<\//.exec(body.toString())?.[1])).toEqual(texts)
  })

  it('imports nothing from the network', async () => {
    const elsewhere = await startRawUpstream((socket) => reply(socket, 200, {}, '<xs:schema/>'))
    const http = answering({ body: '' })
    await expect(contractOver(http, wsdlImporting(`${elsewhere.origin}/evil.xsd`))).rejects.toThrow(/network/)
    expect(elsewhere.connections.opened).toBe(0)
    await elsewhere.close()
  })

  it('cannot be loaded from a file that is not there', async () => {
    await expect(contractOver(answering(), '/nowhere/at-all.wsdl')).rejects.toThrow(/ENOENT/)
  })

  it('writes any text so that a parser reads the same text, and never another element', async () => {
    const http = answering({ body: '' })
    const contract = await contractOver(http)
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }).filter(isXmlText), async (Text) => {
        await contract.invoke('Ask', { Text, When: '2026-11-23' }, {}, { site, context: aCall() })
        const envelope = readXml((http.sent.at(-1)?.body ?? '').replace(/^<\?xml[^>]*\?>/, ''))
        const message = envelope.children[0]?.children[0]
        expect(message?.children.map(({ name }) => name)).toEqual(['Text', 'When'])
        expect(message?.children[0]?.text).toBe(Text)
        expect(message && textOf(message, 'urn:sample', 'When')).toBe('2026-11-23')
      }),
      { numRuns: 500 },
    )
  })
})

/** XML has no other control characters, and a reader turns a carriage return into a line feed. */
const isXmlText = (text: string): boolean =>
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  text.isWellFormed() && !/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/.test(text)
