/** The WSDL at `?wsdl` and its schemas beside it, with the address the sandbox really has. */
import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { dialects } from './answer.ts'

const schemas = ['request.xsd', 'dancu037.xsd', 'qcvn109.xsd'] as const

export function createDocuments(contracts: URL, origin: () => string) {
  const read = (name: string) => readFileSync(new URL(`population/${name}`, contracts), 'utf8')
  const files = new Map<string, string>([
    ...dialects.map((name) => [`/${name}?wsdl`, read(`${name}.wsdl`)] as const),
    ...schemas.map((name) => [`/${name}`, read(name)] as const),
  ])
  /** Answers a GET. */
  return (url: string, res: ServerResponse): void => {
    const document = files.get(url.replace(/\?WSDL$/i, '?wsdl'))
    if (document === undefined) {
      res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Not Found')
      return
    }
    res.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' })
    res.end(document.replace(/location="http:\/\/[^/"]+/, `location="${origin()}`))
  }
}
