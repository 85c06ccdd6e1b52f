import { describe, expect, it } from 'vitest'
import { acceptedType } from '#http/negotiate.ts'

const chosen = (accept: string) => acceptedType(accept, ['application/json', 'application/pdf'])

describe('the form of an answer', () => {
  it.each([
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    ['application/pdf', 'application/pdf'],
    ['APPLICATION/PDF; version=1.7', 'application/pdf'],
    ['application/pdf, */*', 'application/pdf'],
    ['application/pdf, */*;q=0.1', 'application/pdf'],
    ['application/json;q=0.5, application/pdf;q=0.6', 'application/pdf'],
    ['application/pdf;q=0.5, application/json;q=0.6', 'application/json'],
    ['application/json;q=0, */*', 'application/pdf'],
    ['text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8', 'application/json'],
  ])('%j is %s', (accept, type) => {
    expect(chosen(accept)).toBe(type)
  })

  it.each(['text/html', 'image/*', 'application/json;q=0', 'application/pdf;q=2', 'application/json;q=x', '/', ','])(
    '%j is refused, and the refusal says what there is',
    (accept) => {
      expect(() => chosen(accept)).toThrow(
        expect.objectContaining({
          code: 'not_acceptable',
          details: { available: 'application/json, application/pdf' },
        }),
      )
    },
  )
})
