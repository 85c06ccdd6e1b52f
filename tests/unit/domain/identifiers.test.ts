import { describe, expect, it } from 'vitest'
import { GatewayError } from '#domain/errors.ts'
import {
  parseBusinessCode,
  parseLegacyId,
  parsePersonalId,
  personalIdWarnings,
  readPersonalId,
} from '#domain/identifiers.ts'
import type { PersonalId } from '#domain/person.ts'
import { registrationPlaces } from '#domain/registration-places.ts'

const refusalOf = (parse: () => unknown): GatewayError => {
  try {
    parse()
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('a personal number', () => {
  it.each([
    ['11 digits', '01518500001', 'wrong_length'],
    ['13 digits', '0151850000111', 'wrong_length'],
    ['nothing', '', 'wrong_length'],
    ['a letter', '01518500001A', 'not_digits'],
    ['a space', '015185 00011', 'not_digits'],
    ['a trailing line break', '015185000011\n', 'not_digits'],
    ['full-width digits', '０１５１８５０００１１', 'not_digits'],
    ['a minus sign', '-15185000011', 'not_digits'],
  ])('is refused with %s', (_, text, code) => {
    const error = refusalOf(() => parsePersonalId(text, '/subject/personalId'))
    expect(error.code).toBe('invalid_personal_id')
    expect(error.errors).toEqual([
      expect.objectContaining({
        pointer: '/subject/personalId',
        code,
        message: { vi: expect.any(String), en: expect.any(String) },
      }),
    ])
  })

  it('is never repeated by its refusal', () => {
    const error = refusalOf(() => parsePersonalId('0151850000119', '/subject/personalId'))
    expect(JSON.stringify([error.message, error.errors, error.details])).not.toContain('015185')
  })

  it.each(['015185000011', '999999999999', '000000000000', '997385000011'])('of 12 digits is accepted: %s', (text) => {
    expect(parsePersonalId(text, '/subject/personalId')).toBe(text)
  })

  it.each([
    ['015185000011', { registrationPlace: 'Yên Bái', gender: 'female', birthYear: 1985 }],
    ['001099000011', { registrationPlace: 'Hà Nội', gender: 'male', birthYear: 1999 }],
    ['079204000011', { registrationPlace: 'Thành phố Hồ Chí Minh', gender: 'male', birthYear: 2004 }],
    ['096324000011', { registrationPlace: 'Cà Mau', gender: 'female', birthYear: 2024 }],
    ['096400000011', { registrationPlace: 'Cà Mau', gender: 'male', birthYear: 2100 }],
    ['500185000011', { registrationPlace: undefined, gender: 'female', birthYear: 1985 }],
  ])('is read: %s', (text, reading) => {
    expect(readPersonalId(text as PersonalId)).toMatchObject(reading)
  })

  it('knows the 63 places of registration, which the mergers of 2025 did not touch', () => {
    expect(registrationPlaces.size).toBe(63)
    for (const code of registrationPlaces.keys()) expect(code).toMatch(/^0\d\d$/)
    expect(registrationPlaces.get('010')).toBe('Lào Cai')
    expect(registrationPlaces.get('015')).toBe('Yên Bái')
  })
})

describe('warnings about a personal number', () => {
  const warningsOf = (personalId: string, year: number, gender?: 'male' | 'female') =>
    personalIdWarnings(personalId as PersonalId, { dateOfBirth: { year }, gender })

  it('are none when number and declaration agree', () => {
    expect(warningsOf('015185000011', 1985, 'female')).toEqual([])
  })

  it('are none about a gender nobody declared', () => {
    expect(warningsOf('015185000011', 1985)).toEqual([])
  })

  it('name everything that is odd, in a fixed order', () => {
    expect(warningsOf('003185000011', 1986, 'male')).toEqual([
      'unknown_registration_place',
      'gender_differs_from_number',
      'birth_year_differs_from_number',
    ])
  })

  it('tell the centuries apart', () => {
    expect(warningsOf('015385000011', 1985, 'female')).toEqual(['birth_year_differs_from_number'])
  })
})

describe('a legacy number', () => {
  it.each(['12345678', '0151850000', '015185000011', 'B12345678', ''])(
    'other than 9 digits is refused: "%s"',
    (text) => {
      const error = refusalOf(() => parseLegacyId(text, '/subject/legacyId'))
      expect(error).toMatchObject({ code: 'invalid_personal_id', errors: [{ pointer: '/subject/legacyId' }] })
    },
  )

  it('of 9 digits is accepted', () => {
    expect(parseLegacyId('060000019', '/subject/legacyId')).toBe('060000019')
  })
})

describe('a business code', () => {
  it('of 12 digits is refused as somebody’s personal number, without repeating it', () => {
    const error = refusalOf(() => parseBusinessCode('015185000011'))
    expect(error.code).toBe('code_not_allowed_in_url')
    expect(error.message).not.toContain('0151')
  })

  it.each([
    ['a wrong check digit', '9900123458'],
    ['two digits swapped', '9901023459'],
    ['9 digits', '990012345'],
    ['11 digits', '99001234590'],
    ['13 digits without a dash', '9900123459001'],
    ['branch 000', '9900123459-000'],
    ['a branch of two digits', '9900123459-01'],
    ['a branch of four digits', '9900123459-0001'],
    ['a wrong check digit before a branch', '9900123458-001'],
    ['an en dash', '9900123459–001'],
    ['a space', ' 9900123459'],
    ['a line break', '9900123459\n'],
    ['letters', '99001234AB'],
    ['nothing', ''],
    ['full-width digits', '９９００１２３４５９'],
  ])('with %s is refused', (_, code) => {
    expect(refusalOf(() => parseBusinessCode(code)).code).toBe('invalid_business_code')
  })

  it.each(['9900123459', '9900123459-001', '9900123459-999'])('is accepted: %s', (code) => {
    expect(parseBusinessCode(code)).toBe(code)
  })

  it('has exactly one right check digit, 0 for remainder 10 and none for remainder 0', () => {
    const weights = [31, 29, 23, 19, 17, 13, 7, 5, 3]
    const seen = new Set<number>()
    for (let serial = 0; serial < 200; serial += 1) {
      const nine = `99${String(serial * 7919).padStart(7, '0')}`
      const remainder = weights.reduce((sum, weight, index) => sum + weight * Number(nine[index]), 0) % 11
      const accepted = Array.from({ length: 10 }, (_, digit) => digit).filter((digit) => {
        try {
          return Boolean(parseBusinessCode(`${nine}${digit}`))
        } catch {
          return false
        }
      })
      expect(accepted, nine).toEqual(remainder === 0 ? [] : [10 - remainder])
      seen.add(remainder)
    }
    expect(seen.size).toBe(11)
  })
})
