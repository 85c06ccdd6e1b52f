/**
 * Reads the small XML documents clients send: namespaces, entities, CDATA, nothing else. The sandbox reads with eyes of
 * its own, so that a mistake of the gateway's reader or writer is not agreed with here.
 */
export interface XmlElement {
  readonly namespace: string
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Character data of this element alone, joined. */
  readonly text: string
}

export class NotWellFormed extends Error {
  override readonly name = 'NotWellFormed'
}

interface Open {
  readonly qualified: string
  readonly namespace: string
  readonly name: string
  readonly attributes: Map<string, string>
  readonly scope: Readonly<Record<string, string>>
  readonly children: XmlElement[]
  text: string
}

/** Deeper than any request of the contract by far. */
const deepest = 32

const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([^\s<>/!?=]+)((?:\s+[^\s<>/=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y
const attribute = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

export function readXml(source: string): XmlElement {
  const text = source.replace(/^\uFEFF?\s*(<\?xml\s[^?]*\?>)?\s*/, '')
  const stack: Open[] = []
  let root: XmlElement | undefined
  let at = 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    const end = next === -1 ? text.length : next
    if (end > at) addText(stack, unescape(text.slice(at, end)))
    at = end
    if (next === -1) break
    token.lastIndex = at
    const found = token.exec(text)
    if (!found) throw new NotWellFormed('something is no element, comment or text')
    at = token.lastIndex
    const [, cdata, slash, qualified, attributes = '', empty] = found
    if (cdata !== undefined) addText(stack, cdata)
    if (qualified === undefined) continue
    if (root) throw new NotWellFormed('a second element after the root')
    if (slash) root = close(stack, qualified)
    else {
      stack.push(open(stack, qualified, attributes))
      if (empty) root = close(stack, qualified)
    }
  }
  if (!root) throw new NotWellFormed('the root element is not closed')
  return root
}

function open(stack: readonly Open[], qualified: string, written: string): Open {
  if (stack.length >= deepest) throw new NotWellFormed('nested too deeply')
  const attributes = new Map<string, string>()
  const scope: Record<string, string> = { ...(stack.at(-1)?.scope ?? { xml: 'http://www.w3.org/XML/1998/namespace' }) }
  for (const [, name = '', double, single] of written.matchAll(attribute)) {
    const value = unescape(double ?? single ?? '')
    if (attributes.has(name)) throw new NotWellFormed('an attribute stands twice')
    attributes.set(name, value)
    if (name === 'xmlns') scope[''] = value
    else if (name.startsWith('xmlns:')) scope[name.slice(6)] = value
  }
  const [prefix, name] = qualified.includes(':') ? (qualified.split(':', 2) as [string, string]) : ['', qualified]
  const namespace = scope[prefix]
  if (namespace === undefined && prefix !== '') throw new NotWellFormed('a prefix is not declared')
  return { qualified, namespace: namespace ?? '', name, attributes, scope, children: [], text: '' }
}

/** The root, once it is closed. */
function close(stack: Open[], qualified: string): XmlElement | undefined {
  const element = stack.pop()
  if (element?.qualified !== qualified) throw new NotWellFormed('an end tag does not match')
  const parent = stack.at(-1)
  if (!parent) return element
  parent.children.push(element)
  return undefined
}

function addText(stack: readonly Open[], text: string): void {
  const element = stack.at(-1)
  if (element) element.text += text
  else if (text.trim() !== '') throw new NotWellFormed('text outside the root element')
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function unescape(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(/&([^;\s]*);?/g, (_, name: string) => {
    const known = entities[name] ?? characterOf(name)
    if (known === undefined) throw new NotWellFormed('an unknown entity')
    return known
  })
}

function characterOf(name: string): string | undefined {
  const digits = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name)
  if (!digits) return undefined
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16)
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
