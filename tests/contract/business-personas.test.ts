import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

interface Row {
  readonly key: string
  readonly code: string
  readonly kind: string
  readonly name: string
  readonly status: string
  readonly suspendedFrom?: string
  readonly headOffice: { readonly full: string; readonly district?: string }
  readonly representatives: readonly unknown[]
  readonly dialects: readonly string[]
}

const text = readFileSync('contracts/personas/businesses.yaml', 'utf8')
const firms = parse(text) as Row[]

/** Written out again here: national-systems D.6. */
function checkDigit(nine: string): number | undefined {
  const weights = [31, 29, 23, 19, 17, 13, 7, 5, 3]
  const remainder = weights.reduce((sum, weight, at) => sum + weight * Number(nine[at]), 0) % 11
  return remainder === 0 ? undefined : 10 - remainder
}

describe('the invented firms', () => {
  it.each(firms.filter(({ code }) => code.length !== 12))(
    '$code has the prefix 99 and a right check digit',
    ({ code }) => {
      expect(code).toMatch(/^99\d{8}(-\d{3})?$/)
      expect(checkDigit(code.slice(0, 9))).toBe(Number(code[9]))
    },
  )

  it('are at least fifteen, each with a key and a code of its own', () => {
    expect(firms.length).toBeGreaterThanOrEqual(15)
    expect(new Set(firms.map(({ key }) => key)).size).toBe(firms.length)
    expect(new Set(firms.map(({ code }) => code)).size).toBe(firms.length)
  })

  it('cover every kind and every status', () => {
    expect(new Set(firms.map(({ kind }) => kind))).toEqual(
      new Set(['enterprise', 'branch', 'representative_office', 'household_business', 'cooperative']),
    )
    expect(new Set(firms.map(({ status }) => status))).toEqual(
      new Set(['active', 'suspended', 'not_at_address', 'dissolving', 'dissolved', 'revoked', 'unknown']),
    )
  })

  it('hold the traps: remainder 10, several representatives, none, dates of a suspension, an address with a district', () => {
    const remainderTen = ({ code }: Row) => code.length !== 12 && checkDigit(code.slice(0, 9)) === 0
    expect(firms.some(remainderTen)).toBe(true)
    expect(firms.some(({ representatives }) => representatives.length > 1)).toBe(true)
    expect(firms.some(({ representatives }) => representatives.length === 0)).toBe(true)
    expect(firms.filter(({ status }) => status === 'suspended').every(({ suspendedFrom }) => suspendedFrom)).toBe(true)
    expect(firms.some(({ headOffice }) => headOffice.district)).toBe(true)
    expect(firms.some(({ name }) => name.length > 300)).toBe(true)
    expect(firms.some(({ name }) => /[&"'<>]/.test(name))).toBe(true)
  })

  it('know the firm of the examples', () => {
    expect(firms).toContainEqual(
      expect.objectContaining({ code: '9900123459', name: 'CÔNG TY TNHH SAO MAI', status: 'active' }),
    )
  })

  it('are written in NFC, so that one name is one string', () => {
    expect(text.normalize('NFC') === text).toBe(true)
  })
})
