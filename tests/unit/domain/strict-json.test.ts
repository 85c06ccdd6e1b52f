import { JsonNumber, StrictJsonError, readStrictJson, type StrictJsonLimits } from '#domain/strict-json.ts'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const limits: StrictJsonLimits = { maxLength: 10_000 }

function refusal(text: string, more: Partial<StrictJsonLimits> = {}) {
  try {
    return { value: readStrictJson(text, { ...limits, ...more }) }
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error
    return { reason: error.reason, pointer: error.pointer }
  }
}

describe('readStrictJson', () => {
  it.each([
    '',
    ' ',
    '{',
    '[1',
    '[1,]',
    '{"a":1,}',
    '{"a"}',
    "{'a':1}",
    '{a:1}',
    '"a',
    '"a\nb"',
    '"\\x"',
    '"\\u12"',
    '"\\',
    '01',
    '+1',
    '1.',
    '.5',
    '1e',
    '-',
    'NaN',
    'Infinity',
    'tru',
    'nulll',
    '1 2',
    '{} {}',
    '\uFEFF{}',
    '[1] // no',
    '\u00a0{}',
  ])('refuses what is not JSON: %j', (text) => {
    expect(refusal(text)).toHaveProperty('reason', 'not_json')
  })

  it('refuses the second of two equal keys, written the same or escaped, and says where', () => {
    expect(refusal('{"a":{"b":1,"b":2}}')).toEqual({ reason: 'duplicate_key', pointer: '/a/b' })
    expect(refusal(String.raw`[0,{"amount":1,"\u0061mount":2}]`)).toEqual({
      reason: 'duplicate_key',
      pointer: '/1/amount',
    })
    expect(refusal('{"toString":1}')).toEqual({ value: { toString: 1 } })
  })

  it('refuses __proto__ as a key, also escaped, at any depth', () => {
    expect(refusal('{"__proto__":{}}').reason).toBe('forbidden_key')
    expect(refusal(String.raw`{"a":[{"\u005f_proto__":1}]}`)).toEqual({
      reason: 'forbidden_key',
      pointer: '/a/0/__proto__',
    })
  })

  it.each(['9007199254740993', '-9007199254740992', '1e400', '0.1234567890123456', '1e-400', '1'.repeat(65)])(
    'refuses a number that would not survive: %s',
    (text) => {
      expect(refusal(`{"a":${text}}`)).toEqual({ reason: 'inexact_number', pointer: '/a' })
    },
  )

  it.each([
    ['9007199254740991', 9007199254740991],
    ['50000.10', 50000.1],
    ['1e3', 1000],
    ['0', 0],
    ['0.0', 0],
  ])('reads %s exactly', (text, value) => {
    expect(refusal(text)).toEqual({ value })
  })

  it('keeps every number as written when asked to', () => {
    expect(refusal('[50000, 50000.00, 123456789012345678901.125]', { numbers: 'text' })).toEqual({
      value: [new JsonNumber('50000'), new JsonNumber('50000.00'), new JsonNumber('123456789012345678901.125')],
    })
  })

  it('refuses the level below the deepest allowed one', () => {
    expect(refusal('[[[1]]]', { maxDepth: 3 })).toEqual({ value: [[[1]]] })
    expect(refusal('[[[[1]]]]', { maxDepth: 3 })).toEqual({ reason: 'too_deep', pointer: '/0/0/0' })
    expect(refusal('['.repeat(9_000)).reason).toBe('too_deep')
  })

  it('refuses a text longer than its limit before reading it', () => {
    expect(refusal('"1234"', { maxLength: 6 })).toEqual({ value: '1234' })
    expect(refusal('"12345"', { maxLength: 6 }).reason).toBe('too_large')
  })

  it('refuses a lone surrogate', () => {
    expect(refusal(String.raw`"\ud83d\ude00"`)).toEqual({ value: '😀' })
    expect(refusal(String.raw`{"name":"\ud83d"}`)).toEqual({ reason: 'lone_surrogate', pointer: '/name' })
  })

  it('never puts any of the text into the message', () => {
    const message = (() => {
      try {
        readStrictJson('{"x":"Nguyễn", "x"', limits)
      } catch (error) {
        return String(error)
      }
      return ''
    })()
    expect(message).toMatch(/duplicate_key/)
    expect(message).not.toContain('Nguyễn')
  })

  it('agrees with JSON.parse on everything JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const outcome = refusal(text, { maxDepth: 64 })
        if ('reason' in outcome) expect(['inexact_number', 'forbidden_key', 'lone_surrogate']).toContain(outcome.reason)
        else expect(outcome.value).toEqual(JSON.parse(text))
      }),
      { numRuns: 500 },
    )
  })

  it('accepts nothing that JSON.parse refuses', () => {
    const mutated = fc
      .tuple(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom('"', '{', '}', '[', ']', ',', ':', '\\', '0', '\u0000'),
      )
      .map(([text, at, bit]) => text.slice(0, at % (text.length + 1)) + bit + text.slice(at % (text.length + 1)))
    fc.assert(
      fc.property(mutated, (text) => {
        if ('value' in refusal(text, { maxDepth: 64 })) expect(() => JSON.parse(text) as unknown).not.toThrow()
      }),
      { numRuns: 1_000 },
    )
  })
})
