/**
 * SOAP requests by the `soap` package, from a WSDL that lies in our repository and is parsed once. The package owns the
 * contract (names, order, namespaces); it never touches the network, and it never sees an answer: its transport is ours,
 * and its reader, which costs ten times a streaming parser and turns numbers and dates into something else, is replaced
 * on the instance. That is undocumented, hence the pinned version and tests/unit/adapters/transport/soap.test.ts.
 */
import type { CallSite } from './fate.ts'
import type { HttpAnswer } from './http-answer.ts'
import { targetOf, type Http } from './http.ts'
import type { CallContext } from '#domain/call-context.ts'
import { createClientAsync, type Client, type IHttpClient } from 'soap'

export interface SoapContract {
  /** Sends one operation; `args` in the order of the schema, undefined members left out. */
  invoke(
    operation: string,
    args: object,
    headers: Readonly<Record<string, string>>,
    call: SoapCall,
  ): Promise<HttpAnswer>
}

interface SoapCall {
  readonly site: CallSite
  readonly context: CallContext
}

/** What the services of this family want instead of `text/xml`. */
const contentType = 'application/xml; charset=utf-8'

/** Rejects when the WSDL cannot be read or names anything that does not lie beside it. */
export async function loadSoapContract(options: {
  readonly http: Pick<Http, 'send'>
  /** A path of the file system. */
  readonly wsdl: string
  readonly url: string
}): Promise<SoapContract> {
  const client = await createClientAsync(
    options.wsdl,
    {
      httpClient: overHttp(options.http, options.url),
      disableCache: true,
      wsdl_options: { overrideImportLocation: refuseNetwork },
    },
    options.url,
  )
  // `finish` of the package hands `Header` to the caller untouched, whatever the operation's output is called.
  client.wsdl.xmlToObject = (answer: unknown) => ({ Header: answer, Body: {} })
  return {
    async invoke(operation, args, headers, call) {
      const invoke = client[`${operation}Async`] as InvokeAsync
      const [, , answer] = await invoke(args, { ...call, exchangeId: call.context.requestId }, headers)
      forget(client)
      return answer
    },
  }
}

type InvokeAsync = (
  args: object,
  options: SoapCall & { readonly exchangeId: string },
  headers: Readonly<Record<string, string>>,
) => Promise<[result: unknown, raw: unknown, header: HttpAnswer]>

function overHttp(http: Pick<Http, 'send'>, url: string): IHttpClient {
  const target = targetOf(url)
  const deliver = async (
    body: string,
    callback: Callback,
    headers: Readonly<Record<string, string>>,
    call: SoapCall,
  ) => {
    try {
      const answer = await http.send({ method: 'POST', target, headers: ours(headers), body }, call.site, call.context)
      callback(null, answer, answer)
    } catch (error) {
      callback(error)
    }
  }
  const request = (_url: string, body: string, callback: Callback, headers: unknown, options: unknown) =>
    deliver(body, callback, headers as Record<string, string>, options as SoapCall)
  // Its declared result is axios' answer, which nobody reads.
  return { request: request as unknown as IHttpClient['request'] }
}

type Callback = Parameters<IHttpClient['request']>[2]

/** The package's own content type is replaced; what the adapter adds and `SOAPAction` stay. */
const ours = (given: Readonly<Record<string, string>>): Record<string, string> => ({
  ...given,
  'Content-Type': contentType,
})

function refuseNetwork(path: string): string {
  if (/^[a-z][a-z0-9+.-]+:/i.test(path)) throw new Error(`the WSDL imports something from the network: ${path}`)
  return path
}

/** The package keeps the last exchange for debugging. It holds a person. (Deleting would make every later call slow.) */
function forget(client: Client): void {
  Object.assign(client, forgotten)
}

const forgotten = { lastRequest: undefined, lastMessage: undefined, lastResponse: undefined }
