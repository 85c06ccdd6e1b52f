/** Answers damaged in every way bytes and text get damaged, by a seed: the same damage in every run. */

export interface Mutator {
  /** One to three damages. */
  mutate(original: Buffer): Buffer
}

export function createMutator(seed: number): Mutator {
  const random = mulberry32(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const pick = <T>(items: readonly [T, ...T[]]): T => items[below(items.length)] ?? items[0]
  const range = (bytes: Buffer) => {
    const from = below(bytes.length)
    return { from, to: Math.min(bytes.length, from + 1 + below(40)) }
  }

  const damages: readonly [(bytes: Buffer) => Buffer, ...((bytes: Buffer) => Buffer)[]] = [
    function flipBit(bytes) {
      const at = below(bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
      return bytes
    },
    function replaceByte(bytes) {
      bytes[below(bytes.length)] = below(256)
      return bytes
    },
    function cutEnd(bytes) {
      return bytes.subarray(0, below(bytes.length))
    },
    function drop(bytes) {
      const { from, to } = range(bytes)
      return splice(bytes, from, to, Buffer.alloc(0))
    },
    function repeat(bytes) {
      const { from, to } = range(bytes)
      return splice(bytes, to, to, bytes.subarray(from, to))
    },
    function move(bytes) {
      const { from, to } = range(bytes)
      const piece = Buffer.from(bytes.subarray(from, to))
      const rest = splice(bytes, from, to, Buffer.alloc(0))
      const at = below(rest.length + 1)
      return splice(rest, at, at, piece)
    },
    function insert(bytes) {
      const at = below(bytes.length + 1)
      return splice(bytes, at, at, Buffer.from(pick(pieces)))
    },
    function swapToken(bytes) {
      const text = bytes.toString('latin1')
      const tokens = [...text.matchAll(/[A-Za-z_]{3,}|\d+/g)]
      const [one, other] = [tokens[below(tokens.length)], tokens[below(tokens.length)]]
      if (one === undefined || other === undefined) return bytes
      return splice(bytes, one.index, one.index + one[0].length, Buffer.from(other[0], 'latin1'))
    },
    function changeNumber(bytes) {
      const numbers = [...bytes.toString('latin1').matchAll(/\d+/g)]
      const number = numbers[below(numbers.length)]
      if (number === undefined) return bytes
      return splice(bytes, number.index, number.index + number[0].length, Buffer.from(pick(oddNumbers)))
    },
  ]

  return {
    mutate(original) {
      let bytes: Buffer = Buffer.from(original)
      for (let times = 1 + below(3); times > 0 && bytes.length > 0; times--) bytes = pick(damages)(bytes)
      return bytes
    },
  }
}

const pieces = [
  '<',
  '>',
  '&',
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\0',
  '\ufeff',
  'null',
  'true',
  '0',
  '-',
  '.5',
  'e9',
  '<!--',
  ']]>',
  '&#0;',
  '<Ten/>',
  '{"a":1}',
  '\ud83d\ude00',
  '\u0300',
  '"__proto__":{},',
] as [string, ...string[]]

const oddNumbers = ['', '0', '-1', '00', '1.0', '1e3', '9007199254740993', '9'.repeat(30), '0x10', '１２'] as [
  string,
  ...string[],
]

const splice = (bytes: Buffer, from: number, to: number, piece: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(to)])

/** A small generator with a full period of 2^32; public domain arithmetic, good enough to damage things with. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
