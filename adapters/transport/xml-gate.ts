/**
 * What no parser gets to see. No JavaScript XML parser is safe as configured, so every document first passes one linear
 * scan: size, encoding, no declarations of any kind (`<!` opens DTDs, entities, comments and CDATA alike), no processing
 * instructions, bounded depth, elements, attributes and text. What passes is small, flat and in one known encoding.
 */
import { ContractBreach } from './fate.ts'
import { mediaTypeOf, type HttpAnswer } from './http-answer.ts'
import { isUtf8 } from 'node:buffer'

const maxBytes = 2 * 1024 * 1024
/** Also what keeps saxes fast: in namespace mode it is quadratic in depth. */
const maxDepth = 64
const maxElements = 20_000
const maxAttributes = 64
const maxTextLength = 1024 * 1024

const isXmlType = (type: string) => type === 'text/xml' || type === 'application/xml' || type === 'application/soap+xml'
const xmlDeclaration =
  /^<\?xml[ \t\r\n]+version=(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding=(?:"([\w.-]{1,40})"|'([\w.-]{1,40})'))?(?:[ \t\r\n]+standalone=(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/

const LESS = 0x3c
const GREATER = 0x3e
const SLASH = 0x2f
const BANG = 0x21
const QUESTION = 0x3f
const QUOTE = 0x22
const APOSTROPHE = 0x27

export const isXml = (answer: HttpAnswer): boolean => isXmlType(mediaTypeOf(answer).type)

/** The document without its XML declaration, safe to give to the reader. Throws `ContractBreach`. */
export function passXmlGate(answer: HttpAnswer): string {
  const { type, charset } = mediaTypeOf(answer)
  if (!isXmlType(type)) throw new ContractBreach('XML is not what the content type says')
  if (answer.body.length > maxBytes) throw new ContractBreach('XML of more than 2 MiB')
  if (answer.body.length === 0) throw new ContractBreach('an empty body instead of XML')
  const { text, encoding } = decode(answer.body)
  agree(encoding, charset, 'content type')
  const declaration = xmlDeclaration.exec(text)
  agree(encoding, (declaration?.[1] ?? declaration?.[2])?.toLowerCase(), 'XML declaration')
  const document = declaration === null ? text : text.slice(declaration[0].length)
  measure(document)
  return document
}

/** UTF-8, or UTF-16 with its byte order mark; nothing is guessed and nothing replaced. */
function decode(body: Buffer): { text: string; encoding: 'utf-8' | 'utf-16' } {
  const [first, second, third] = body
  if (first === 0xff && second === 0xfe) return { text: decodeUtf16(body, 'utf-16le'), encoding: 'utf-16' }
  if (first === 0xfe && second === 0xff) return { text: decodeUtf16(body, 'utf-16be'), encoding: 'utf-16' }
  if (!isUtf8(body)) throw new ContractBreach('XML that is neither UTF-8 nor marked UTF-16')
  const marked = first === 0xef && second === 0xbb && third === 0xbf
  return { text: body.toString('utf8', marked ? 3 : 0), encoding: 'utf-8' }
}

function decodeUtf16(body: Buffer, encoding: 'utf-16le' | 'utf-16be'): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(body)
  } catch {
    throw new ContractBreach('XML that is not the UTF-16 its mark says')
  }
}

function agree(encoding: 'utf-8' | 'utf-16', said: string | undefined, where: string): void {
  if (said === undefined || said === encoding || (encoding === 'utf-8' && said === 'utf8')) return
  throw new ContractBreach(`XML whose encoding is not what its ${where} says`)
}

/** One pass over the tags. It does not check well-formedness: that is the parser's part, on a document this small. */
function measure(text: string): void {
  let depth = 0
  let elements = 0
  let at = text.indexOf('<')
  while (at !== -1) {
    const code = text.charCodeAt(at + 1)
    if (code === BANG) throw new ContractBreach('XML with a DTD, entity, comment or CDATA section')
    if (code === QUESTION) throw new ContractBreach('XML with a processing instruction')
    const end = code === SLASH ? text.indexOf('>', at) : endOfTag(text, at)
    if (end === -1) throw new ContractBreach('XML that ends inside a tag')
    if (code === SLASH) depth--
    else {
      if (++elements > maxElements) throw new ContractBreach('XML with more than 20,000 elements')
      if (text.charCodeAt(end - 1) !== SLASH && ++depth > maxDepth) {
        throw new ContractBreach('XML deeper than 64 elements')
      }
    }
    const next = text.indexOf('<', end)
    if ((next === -1 ? text.length : next) - end > maxTextLength)
      throw new ContractBreach('XML text of more than 1 MiB')
    at = next
  }
  if (elements === 0) throw new ContractBreach('text without any element instead of XML')
}

/** The index of the `>` that ends the start tag at `from`, quotes honoured; -1 when there is none. */
function endOfTag(text: string, from: number): number {
  let attributes = 0
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === GREATER) return at
    if (code === LESS) throw new ContractBreach('XML with a tag inside a tag')
    if (code !== QUOTE && code !== APOSTROPHE) continue
    if (++attributes > maxAttributes) throw new ContractBreach('XML with more than 64 attributes on an element')
    const closing = text.indexOf(code === QUOTE ? '"' : "'", at + 1)
    if (closing === -1) return -1
    if (closing - at > maxTextLength) throw new ContractBreach('XML text of more than 1 MiB')
    at = closing
  }
  return -1
}
