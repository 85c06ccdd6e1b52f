/**
 * Request bodies, read by ourselves: express's body parser alone costs more than all the rest of a request, and
 * JSON.parse hides duplicate keys. At most 256 KiB is ever held; what comes in is NFC when it leaves here.
 */
import type { IncomingMessage } from 'node:http'
import { GatewayError } from '#domain/errors.ts'
import { readStrictJson, StrictJsonError, type ExactJsonValue } from '#domain/strict-json.ts'

/** api.md, "Manners". No operation comes near it. */
const maxBodyBytes = 256 * 1024
/** The deepest body of the API has 4 levels. */
const maxJsonDepth = 32

/** All bytes of the body. Rejects with `body_too_large`; with `invalid_request` when the sender goes away half-way. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return Promise.reject(tooLarge())
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const stop = (error: GatewayError): void => {
      request.removeAllListeners('data')
      request.pause()
      reject(error)
    }
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBodyBytes) return stop(tooLarge())
      chunks.push(chunk)
    })
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)))
    request.on('error', () => stop(new GatewayError('invalid_request', 'the body broke off')))
    request.on('close', () => {
      if (!request.complete) stop(new GatewayError('invalid_request', 'the body broke off'))
    })
  })
}

const tooLarge = (limit = maxBodyBytes): GatewayError =>
  new GatewayError('body_too_large', `a body of more than ${limit} bytes`)

/** `application/json`, any parameters but a charset other than UTF-8 (RFC 8259 section 8.1), never compressed. */
export function requireJson(request: IncomingMessage): void {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') throw unsupported('a content encoding')
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';', 8)
  if (type.trim() !== 'application/json') throw unsupported('a content type other than application/json')
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='))
  if (charset !== undefined && charset !== 'charset=utf-8' && charset !== 'charset="utf-8"') {
    throw unsupported('a charset other than UTF-8')
  }
}

/** What a route that streams nothing is given. */
export const noChunks: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {},
}

/** api.md, "Manners": settlement files. */
const maxStreamedBytes = 64 * 1024 * 1024

/** The body as it comes, of text type `type`; whoever reads it decides what is too much. Throws before the first byte is read. */
export function streamedBody(request: IncomingMessage, type: string): AsyncIterable<Uint8Array> {
  requireText(request, type)
  if (Number(request.headers['content-length'] ?? 0) > maxStreamedBytes) throw tooLarge(maxStreamedBytes)
  return chunksOf(request)
}

/** A sender that goes away half-way is a broken body, not a short one. */
async function* chunksOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    // Not destroyed when the reader stops: the answer still has to go out on the same connection.
    yield* request.iterator({ destroyOnReturn: false })
  } catch {
    throw new GatewayError('invalid_request', 'the body broke off')
  }
}

function requireText(request: IncomingMessage, wanted: string): void {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') throw unsupported('a content encoding')
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';', 8)
  if (type.trim() !== wanted) throw unsupported(`a content type other than ${wanted}`)
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='))
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)) throw unsupported('a charset other than UTF-8')
}

const unsupported = (what: string): GatewayError => new GatewayError('unsupported_media_type', what)

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The value of a JSON body, all its strings in NFC. Throws `malformed_json` or, for NUL, `invalid_request`. */
export function parseJsonBody(bytes: Uint8Array): ExactJsonValue {
  return normalised(strictValue(decode(bytes)), '')
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new GatewayError('malformed_json', 'the body is not UTF-8')
  }
}

function strictValue(text: string): ExactJsonValue {
  try {
    return readStrictJson(text, { maxLength: maxBodyBytes, maxDepth: maxJsonDepth })
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error
    throw new GatewayError('malformed_json', error.message, {
      errors: [{ pointer: shortened(error.pointer), code: error.reason, message: strictJsonWords[error.reason] }],
    })
  }
}

const strictJsonWords: Readonly<Record<StrictJsonError['reason'], { vi: string; en: string }>> = {
  too_large: { vi: 'Nội dung quá lớn.', en: 'The body is too large.' },
  too_deep: { vi: 'Lồng quá nhiều cấp.', en: 'Nested too deeply.' },
  not_json: { vi: 'Sai cú pháp JSON gần vị trí này.', en: 'The JSON syntax is wrong near here.' },
  duplicate_key: { vi: 'Khoá này xuất hiện hai lần.', en: 'This key appears twice.' },
  forbidden_key: { vi: 'Khoá này không được phép.', en: 'This key is not allowed.' },
  inexact_number: { vi: 'Số này không biểu diễn chính xác được.', en: 'This number cannot be held exactly.' },
  lone_surrogate: {
    vi: 'Chuỗi chứa ký tự Unicode không trọn vẹn.',
    en: 'The string holds a broken Unicode character.',
  },
}

/** Pointers name keys, and keys may be anything: no answer repeats more of them than this. */
const shortened = (pointer: string): string => (pointer.length > 200 ? pointer.slice(0, 200) : pointer)

function normalised(value: ExactJsonValue, pointer: string): ExactJsonValue {
  if (typeof value === 'string') return normalisedText(value, pointer)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: ExactJsonValue, index) => normalised(item, `${pointer}/${index}`))
  const record = value as Record<string, ExactJsonValue>
  for (const key in record) record[key] = normalised(record[key] as ExactJsonValue, `${pointer}/${key}`)
  return record
}

function normalisedText(text: string, pointer: string): string {
  if (text.includes('\0')) {
    const message = { vi: 'Chuỗi chứa ký tự NUL.', en: 'The text holds a NUL character.' }
    throw new GatewayError('invalid_request', 'a NUL character', {
      errors: [{ pointer: shortened(pointer), code: 'forbidden_character', message }],
    })
  }
  return text.normalize('NFC')
}
