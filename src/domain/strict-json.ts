/**
 * JSON read strictly (RFC 8259), because `JSON.parse` keeps an own `__proto__`, takes the last of two equal keys and
 * rounds large numbers without a word. One pass, no second parser: what is checked is what is used.
 * Pure: tokens, request bodies, notifications and upstream answers all pass here.
 */

/** A number kept as it was written, digit for digit. */
export class JsonNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type JsonValue = null | boolean | string | number | JsonNumber | readonly JsonValue[] | JsonRecord
export interface JsonRecord {
  readonly [key: string]: JsonValue
}

export interface StrictJsonLimits {
  /** UTF-16 units of the whole text. */
  readonly maxLength: number
  /** Arrays and objects inside one another. Default 32. */
  readonly maxDepth?: number
  /**
   * `exact` (default): JavaScript numbers, and a number that would not survive (an integer beyond 2^53 - 1, more than
   * 15 significant digits, overflow) is refused. `text`: every number becomes a `JsonNumber`.
   */
  readonly numbers?: 'exact' | 'text'
}

export type StrictJsonReason =
  | 'too_large'
  | 'too_deep'
  | 'not_json'
  | 'duplicate_key'
  | 'forbidden_key'
  | 'inexact_number'
  | 'lone_surrogate'

/** Why a text was refused and where. Never holds any of the text but the keys of `pointer`. */
export class StrictJsonError extends Error {
  override readonly name = 'StrictJsonError'
  readonly reason: StrictJsonReason
  /** RFC 6901, the innermost value being read. */
  readonly pointer: string
  /** UTF-16 units from the start. */
  readonly offset: number

  constructor(reason: StrictJsonReason, pointer: string, offset: number) {
    super(`JSON refused: ${reason} at offset ${offset}`)
    this.reason = reason
    this.pointer = pointer
    this.offset = offset
  }
}

/** The one value of `text`. Throws `StrictJsonError`, nothing else. A leading byte order mark is not JSON. */
export function readStrictJson(text: string, limits: StrictJsonLimits & { readonly numbers?: 'exact' }): ExactJsonValue
export function readStrictJson(text: string, limits: StrictJsonLimits): JsonValue
export function readStrictJson(text: string, limits: StrictJsonLimits): JsonValue {
  if (text.length > limits.maxLength) throw new StrictJsonError('too_large', '', limits.maxLength)
  return new Reader(text, limits).document()
}

/** What `numbers: 'exact'` gives. */
export type ExactJsonValue =
  | null
  | boolean
  | string
  | number
  | readonly ExactJsonValue[]
  | { readonly [key: string]: ExactJsonValue }

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const maxNumberLength = 64

class Reader {
  readonly #text: string
  readonly #maxDepth: number
  readonly #keepNumberText: boolean
  /** The key or index being read at each depth: the pointer of an error. */
  readonly #path: (string | number)[] = []
  #depth = 0
  #at = 0

  constructor(text: string, limits: StrictJsonLimits) {
    this.#text = text
    this.#maxDepth = limits.maxDepth ?? 32
    this.#keepNumberText = limits.numbers === 'text'
  }

  document(): JsonValue {
    const value = this.#value(this.#next())
    if (!Number.isNaN(this.#next())) this.#refuse('not_json')
    return value
  }

  /** The code of the next character that is not white space, NaN at the end. Does not consume it. */
  #next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code
      this.#at++
    }
  }

  #value(code: number): JsonValue {
    if (code === QUOTE) return this.#string()
    if (code === OPEN_OBJECT) return this.#object()
    if (code === OPEN_ARRAY) return this.#array()
    if (code === 0x74) return this.#word('true', true)
    if (code === 0x66) return this.#word('false', false)
    if (code === 0x6e) return this.#word('null', null)
    return this.#number()
  }

  #object(): JsonValue {
    this.#enter()
    const record: Record<string, JsonValue> = {}
    if (this.#next() === CLOSE_OBJECT) return this.#leave(record)
    for (;;) {
      if (this.#next() !== QUOTE) this.#refuse('not_json')
      const key = this.#string()
      this.#path[this.#depth - 1] = key
      if (key === '__proto__') this.#refuse('forbidden_key')
      if (Object.hasOwn(record, key)) this.#refuse('duplicate_key')
      if (this.#next() !== COLON) this.#refuse('not_json')
      this.#at++
      record[key] = this.#value(this.#next())
      const code = this.#next()
      if (code === CLOSE_OBJECT) return this.#leave(record)
      if (code !== COMMA) this.#refuse('not_json')
      this.#at++
    }
  }

  #array(): JsonValue {
    this.#enter()
    const items: JsonValue[] = []
    if (this.#next() === CLOSE_ARRAY) return this.#leave(items)
    for (;;) {
      this.#path[this.#depth - 1] = items.length
      items.push(this.#value(this.#next()))
      const code = this.#next()
      if (code === CLOSE_ARRAY) return this.#leave(items)
      if (code !== COMMA) this.#refuse('not_json')
      this.#at++
    }
  }

  #enter(): void {
    if (this.#depth >= this.#maxDepth) this.#refuse('too_deep')
    this.#depth++
    this.#at++
  }

  #leave<T>(value: T): T {
    this.#depth--
    this.#path.length = this.#depth
    this.#at++
    return value
  }

  /** Plain stretches are sliced out; only a string with escapes pays for decoding. */
  #string(): string {
    const start = this.#at + 1
    for (let at = start; ; at++) {
      const code = this.#text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return this.#text.slice(start, at)
      }
      if (code === BACKSLASH) return this.#escapedString(start, at)
      // Control characters, and NaN at the end of the text.
      if (!(code >= 0x20)) this.#refuse('not_json', at)
    }
  }

  #escapedString(start: number, firstEscape: number): string {
    let at = firstEscape
    for (let code = BACKSLASH; code !== QUOTE; code = this.#text.charCodeAt(at)) {
      if (!(code >= 0x20)) this.#refuse('not_json', at)
      at += code === BACKSLASH ? 2 : 1
    }
    const decoded = this.#unescape(start - 1, at + 1)
    if (!decoded.isWellFormed()) this.#refuse('lone_surrogate')
    this.#at = at + 1
    return decoded
  }

  /** One string literal has no keys and no numbers: there `JSON.parse` hides nothing. */
  #unescape(from: number, to: number): string {
    try {
      return JSON.parse(this.#text.slice(from, to)) as string
    } catch {
      return this.#refuse('not_json')
    }
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#refuse('not_json')
    this.#at += word.length
    return value
  }

  #number(): JsonValue {
    numberForm.lastIndex = this.#at
    const text = numberForm.exec(this.#text)?.[0]
    if (text === undefined) this.#refuse('not_json')
    if (text.length > maxNumberLength) this.#refuse('inexact_number')
    this.#at += text.length
    if (this.#keepNumberText) return new JsonNumber(text)
    const value = Number(text)
    if (!survives(text, value)) this.#refuse('inexact_number')
    return value
  }

  #refuse(reason: StrictJsonReason, offset = this.#at): never {
    const pointer = this.#path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
    throw new StrictJsonError(reason, pointer, offset)
  }
}

/** A double keeps any decimal of at most 15 significant digits (IEEE 754) and any integer up to 2^53 - 1. */
function survives(text: string, value: number): boolean {
  if (Number.isSafeInteger(value) && !text.includes('.') && !/e/i.test(text)) return true
  const digits = text
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '')
  return Number.isFinite(value) && digits.length <= 15 && (value !== 0 || digits === '')
}
