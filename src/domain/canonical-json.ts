/**
 * One spelling for one JSON value (RFC 8785, JSON Canonicalization Scheme), so that a digest means the value and not
 * the accident of how somebody wrote it down. Digests of requests and answers, signed statements and audit rows rest on it.
 */

/**
 * The canonical text of `value`; encode it as UTF-8 before hashing.
 * Throws `TypeError` for what I-JSON cannot carry: NaN, infinities, lone surrogates, bigint, functions, class instances
 * other than plain objects, and `undefined` anywhere but as an object member.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return canonicalString(value)
    case 'number':
      return canonicalNumber(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      return value === null ? 'null' : canonicalContainer(value)
    default:
      throw new TypeError(`${typeof value} has no JSON form`)
  }
}

/** RFC 8785 section 3.2.2.2 is what ECMAScript writes, but lone surrogates must be refused rather than escaped. */
function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('a lone surrogate has no JSON form')
  return JSON.stringify(text)
}

/** RFC 8785 section 3.2.2.3: the shortest ECMAScript form; minus zero is zero. */
function canonicalNumber(number: number): string {
  if (!Number.isFinite(number)) throw new TypeError('only finite numbers have a JSON form')
  return JSON.stringify(number)
}

function canonicalContainer(container: object): string {
  // Array.from visits holes as undefined, which is refused; `map` would let them through.
  if (Array.isArray(container)) return `[${Array.from(container, (item) => canonicalJson(item)).join(',')}]`
  return canonicalObject(container)
}

/** RFC 8785 section 3.2.3: members sorted by the UTF-16 code units of their names, which is what `<` on strings does. */
function canonicalObject(object: object): string {
  const prototype: unknown = Object.getPrototypeOf(object)
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('only plain objects have a JSON form')
  const members = Object.entries(object)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${canonicalString(name)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}
