import { ContractBreach } from '#adapters/transport/fate.ts'
import { fieldOf, passJsonGate, required, scalarOf, stringOf } from '#adapters/transport/json-gate.ts'
import { StrictJsonError } from '#domain/strict-json.ts'
import { describe, expect, it } from 'vitest'
import { answerOf } from '../../../support/recorded-http.ts'

const pass = (body: string | Uint8Array, contentType: string | undefined = 'application/json') =>
  passJsonGate(answerOf({ body, contentType }))

describe('the JSON gate', () => {
  it.each([
    ['an empty body', '', 'application/json'],
    ['HTML with 200', '<html></html>', 'text/html'],
    ['HTML called JSON', '<html></html>', 'application/json'],
    ['JSON called text', '{}', 'text/plain'],
    ['no content type', '{}', ''],
    ['another charset', '{}', 'application/json; charset=windows-1258'],
    ['bytes that are not UTF-8', Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'application/json'],
    ['a byte order mark', '\ufeff{}', 'application/json'],
    ['an array', '[{}]', 'application/json'],
    ['a bare number', '1', 'application/json'],
    ['null', 'null', 'application/json'],
    ['two amounts', '{"SoTien":1,"SoTien":2}', 'application/json'],
    ['a key __proto__', '{"__proto__":{"MaLoi":"00"}}', 'application/json'],
    ['33 levels', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 'application/json'],
    ['half a surrogate pair', String.raw`{"a":"\ud800"}`, 'application/json'],
    ['a trailing comma', '{"a":1,}', 'application/json'],
    ['NaN', '{"a":NaN}', 'application/json'],
    ['text after the value', '{}x', 'application/json'],
  ])('refuses %s', (_, body, contentType) => {
    const attempt = () => passJsonGate(answerOf({ body, ...(contentType !== '' && { contentType }) }))
    expect(attempt).toThrow()
    try {
      attempt()
    } catch (error) {
      expect(error instanceof ContractBreach || error instanceof StrictJsonError).toBe(true)
    }
  })

  it('refuses a whole answer at every place where it may be cut', () => {
    const whole = '{"Status":"1","Data":{"NAME":"CÔNG TY","n":[1,2.50]},"x":null}'
    for (let at = 0; at < whole.length; at++) expect(() => pass(whole.slice(0, at))).toThrow()
    expect(pass(whole)).toHaveProperty('Status', '1')
  })

  it('accepts a JSON type with a suffix and a charset in capitals', () => {
    expect(pass('{"a":"b"}', 'application/problem+json; charset=UTF-8')).toEqual({ a: 'b' })
  })

  it('keeps numbers as they were written', () => {
    const record = pass('{"a":50000.00,"b":"7","c":12345678901234567890123}')
    expect([scalarOf(record, 'a'), scalarOf(record, 'b'), scalarOf(record, 'c')]).toEqual([
      '50000.00',
      '7',
      '12345678901234567890123',
    ])
  })

  it('takes null for absent and inherited names for no fields', () => {
    const record = pass('{"a":null}')
    expect(fieldOf(record, 'a')).toBeUndefined()
    expect(fieldOf(record, 'constructor')).toBeUndefined()
    expect(stringOf(record, 'toString')).toBeUndefined()
    expect(() => required(stringOf(record, 'a'), 'a')).toThrow('a is missing')
  })

  it('refuses a field of another type than expected', () => {
    const record = pass('{"a":1,"b":true,"c":{},"d":[]}')
    expect(() => stringOf(record, 'a')).toThrow('a is not a string')
    for (const name of ['b', 'c', 'd']) expect(() => scalarOf(record, name)).toThrow('neither a string nor a number')
  })
})
