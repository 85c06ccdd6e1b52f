import { describe, expect, it } from 'vitest'
import { canonicalJson } from '#domain/canonical-json.ts'

describe('canonical JSON (RFC 8785)', () => {
  it.each([
    ['NaN', Number.NaN],
    ['an infinity', Number.NEGATIVE_INFINITY],
    ['a bigint', 1n],
    ['undefined', undefined],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a lone surrogate', '\ud800'],
    ['a member named by a lone surrogate', { '\udc00': 1 }],
    ['undefined in a list', [undefined]],
    ['a hole in a list', [1, , 2]], // oxlint-disable-line no-sparse-arrays -- the hole is what is tested
    ['a bigint deep inside', { a: [{ b: 1n }] }],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  })

  it.each([
    ['leaves out absent members', { a: undefined, b: 1 }, '{"b":1}'],
    [
      'sorts members at every depth',
      { b: { d: 1, c: 2 }, a: [{ z: 1, y: 2 }] },
      '{"a":[{"y":2,"z":1}],"b":{"c":2,"d":1}}',
    ],
    // U+1F600 sorts before U+FB33 by UTF-16 code unit (D83D < FB33), though its code point is greater.
    [
      'sorts by UTF-16 code unit',
      { '\ufb33': 1, '\u{1f600}': 2, ö: 3, '1': 4, '\r': 5 },
      '{"\\r":5,"1":4,"ö":3,"\u{1f600}":2,"\ufb33":1}',
    ],
    ['keeps the order of lists', [3, 1, 2], '[3,1,2]'],
    ['writes minus zero as zero', -0, '0'],
    ['writes the shortest number', [1e21, 1e-7, 100, 0.1, 1 / 3], '[1e+21,1e-7,100,0.1,0.3333333333333333]'],
    [
      'escapes controls shortly and nothing else',
      '\u0000\u001f\b\t\n\f\r"\\/€\u007f',
      '"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\/€\u007f"',
    ],
    ['does not normalise text', 'a\u0301', '"a\u0301"'],
    ['writes the simple values', [null, true, false, ''], '[null,true,false,""]'],
    ['accepts objects without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ['keeps a member called __proto__', JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ])('%s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text)
  })
})
