/**
 * Reads a document that has passed the gate into a small tree: saxes checks well-formedness and resolves namespaces, we
 * keep strings as strings. Names are compared by namespace and local name; a prefix means nothing.
 */
import { ContractBreach } from './fate.ts'
import { SaxesParser } from 'saxes'

export interface XmlElement {
  readonly namespace: string
  readonly name: string
  /** By local name, unprefixed attributes only. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** The text directly inside, not that of children. */
  readonly text: string
}

/** The root element. Throws `ContractBreach`. */
export function readXml(document: string): XmlElement {
  const outside = growing('', '')
  const open: Growing[] = [outside]
  let inside = outside
  const parser = new SaxesParser({ xmlns: true, position: false })
  parser.on('error', () => {
    // saxes' message may quote the document.
    throw new ContractBreach('XML that is not well-formed')
  })
  parser.on('opentag', ({ uri, local, attributes }) => {
    const element = growing(uri, local)
    for (const name in attributes) {
      const attribute = attributes[name]
      if (attribute?.uri !== '') continue
      if (element.attributes === noAttributes) element.attributes = new Map()
      element.attributes.set(attribute.local, attribute.value)
    }
    inside.children.push(element)
    open.push(element)
    inside = element
  })
  parser.on('text', (text) => {
    inside.text += text
  })
  parser.on('closetag', () => {
    open.pop()
    inside = open.at(-1) ?? outside
  })
  parser.write(document).close()
  const [root] = outside.children
  if (root === undefined) throw new ContractBreach('XML without a root element')
  return root
}

/** The one child of that name, or undefined. Two are one too many: neither can be believed. */
export function childOf(parent: XmlElement, namespace: string, name: string): XmlElement | undefined {
  let found: XmlElement | undefined
  for (const child of parent.children) {
    if (child.name !== name || child.namespace !== namespace) continue
    if (found !== undefined) throw new ContractBreach(`two elements ${name} where one is expected`)
    found = child
  }
  return found
}

/** The trimmed text of the one child of that name; undefined when it is absent or empty. It may not hold elements. */
export function textOf(parent: XmlElement, namespace: string, name: string): string | undefined {
  const child = childOf(parent, namespace, name)
  if (child === undefined) return undefined
  if (child.children.length > 0) throw new ContractBreach(`elements inside ${name} where text is expected`)
  return child.text.trim() || undefined
}

interface Growing extends XmlElement {
  attributes: Map<string, string>
  readonly children: Growing[]
  text: string
}

/** Of nearly all elements; never written to. */
const noAttributes = new Map<string, string>()

const growing = (namespace: string, name: string): Growing => ({
  namespace,
  name,
  attributes: noAttributes,
  children: [],
  text: '',
})
