/** A token request as it came: a small form, each parameter once (RFC 6749 section 3.2). */
import type { IncomingMessage } from 'node:http'

/** RFC 6749 section 5.2, and `invalid_target` of RFC 8707. */
export type TokenErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'slow_down'

/** A refusal the client is told. `reason` is for the log; outside, `invalid_client` has one wording for every cause. */
export class TokenRequestError extends Error {
  override readonly name = 'TokenRequestError'
  readonly code: TokenErrorCode
  readonly reason: string
  readonly retryAfterSeconds: number | undefined

  constructor(code: TokenErrorCode, reason: string, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(`${code}: ${reason}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.reason = reason
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

export interface TokenRequest {
  readonly assertion: string
  readonly clientId?: string
  readonly scope?: string
}

/** An assertion has at most 8 KiB; nothing else in the form is long. */
const maxBodyBytes = 16_384
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Reads and checks the form; the signature is nobody's business here. Throws `TokenRequestError`. */
export async function readTokenRequest(request: IncomingMessage, audience: string): Promise<TokenRequest> {
  if (request.url?.includes('?')) throw new TokenRequestError('invalid_request', 'parameters_in_url')
  const form = parseForm(request, await readBody(request))
  if (request.headers.authorization !== undefined || form.has('client_secret')) {
    throw new TokenRequestError('invalid_client', 'other_authentication_method')
  }
  const assertion = form.get('client_assertion')
  if (assertion === undefined) throw new TokenRequestError('invalid_client', 'assertion_missing')
  if (form.get('client_assertion_type') !== assertionType) {
    throw new TokenRequestError('invalid_client', 'assertion_type_unknown')
  }
  const grantType = form.get('grant_type')
  if (grantType === undefined) throw new TokenRequestError('invalid_request', 'grant_type_missing')
  if (grantType !== 'client_credentials') throw new TokenRequestError('unsupported_grant_type', 'grant_type_unknown')
  const resource = form.get('resource')
  if (resource !== undefined && resource !== audience) throw new TokenRequestError('invalid_target', 'resource_unknown')
  const [clientId, scope] = [form.get('client_id'), form.get('scope')]
  return { assertion, ...(clientId === undefined ? {} : { clientId }), ...(scope === undefined ? {} : { scope }) }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  // The socket must outlive a refusal: who sent too much is told so.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBodyBytes) throw new TokenRequestError('invalid_request', 'body_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Empty values count as not sent and repeated ones as a mistake (RFC 6749 section 3.2); unknown names are ignored. */
function parseForm(request: IncomingMessage, body: string): ReadonlyMap<string, string> {
  const [mediaType] = (request.headers['content-type'] ?? '').split(';')
  if (mediaType?.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw new TokenRequestError('invalid_request', 'not_a_form')
  }
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(body)) {
    if (form.has(name)) throw new TokenRequestError('invalid_request', 'parameter_repeated')
    form.set(name, value)
  }
  return new Map([...form].filter(([, value]) => value !== ''))
}
