/**
 * Numbers of people and firms, parsed once at the door. A refusal never repeats the number it refuses: problems and
 * logs hold no personal data.
 */
import type { BusinessCode } from './business.ts'
import { GatewayError, type FieldError } from './errors.ts'
import type { Gender, LegacyId, PartialDate, PersonalId } from './person.ts'
import { registrationPlaces } from './registration-places.ts'

/**
 * Số định danh cá nhân: 12 digits. Refused with `invalid_personal_id` only for a wrong length or a non-digit; whatever
 * else looks odd is a warning (`personalIdWarnings`), because only the register knows which numbers were issued.
 * `pointer` (RFC 6901) names the field for `errors[]`.
 */
export const parsePersonalId = (text: string, pointer: string): PersonalId =>
  digitsOnly(text, 12, pointer) as PersonalId

/** Số CMND: 9 digits. Refused like a personal number. */
export const parseLegacyId = (text: string, pointer: string): LegacyId => digitsOnly(text, 9, pointer) as LegacyId

function digitsOnly(text: string, length: number, pointer: string): string {
  // ASCII only: full-width and other digits would not survive the way to the register.
  if (!/^[0-9]*$/.test(text)) throw invalidPersonalId(notDigits(pointer))
  if (text.length !== length) throw invalidPersonalId(wrongLength(pointer, length))
  return text
}

const invalidPersonalId = (error: FieldError): GatewayError =>
  new GatewayError('invalid_personal_id', `${error.pointer}: ${error.code}`, { errors: [error] })

const notDigits = (pointer: string): FieldError => ({
  pointer,
  code: 'not_digits',
  message: { vi: 'Chỉ được gồm các chữ số 0–9.', en: 'Only the digits 0-9 are allowed.' },
})

const wrongLength = (pointer: string, length: number): FieldError => ({
  pointer,
  code: 'wrong_length',
  message: { vi: `Phải có đúng ${length} chữ số.`, en: `Exactly ${length} digits are required.` },
})

/** What a personal number says about its holder at birth (Decree 137/2015/NĐ-CP, art. 13; Circular 59/2021/TT-BCA). */
export interface PersonalIdReading {
  /** 3 digits. */
  readonly registrationPlaceCode: string
  /** Absent for codes outside the 63 provinces, e.g. of a birth abroad. */
  readonly registrationPlace: string | undefined
  /** Gender at birth; it may have been changed lawfully since. */
  readonly gender: Gender
  readonly birthYear: number
}

/** Digits 1-3 place, 4 century and gender (0/1 = 1900s male/female, 2/3 = 2000s, …), 5-6 year, 7-12 random. No check digit. */
export function readPersonalId(personalId: PersonalId): PersonalIdReading {
  const registrationPlaceCode = personalId.slice(0, 3)
  const centuryAndGender = Number(personalId.charAt(3))
  return {
    registrationPlaceCode,
    registrationPlace: registrationPlaces.get(registrationPlaceCode),
    gender: centuryAndGender % 2 === 0 ? 'male' : 'female',
    birthYear: 1900 + 100 * Math.floor(centuryAndGender / 2) + Number(personalId.slice(4, 6)),
  }
}

/** Something odd about a declaration that does not stop a look-up. The codes are stable; their words belong to whoever shows them. */
export type Warning =
  | 'unknown_registration_place'
  | 'gender_differs_from_number'
  | 'birth_year_differs_from_number'
  /** The declared province code is not on the list it was declared by, so addresses cannot be compared. */
  | 'unknown_province_code'

/**
 * Where the number and what was declared disagree. Never a reason to refuse: births abroad have other codes, gender can
 * be changed by law, and birth years were corrected after numbers had been issued.
 */
export function personalIdWarnings(
  personalId: PersonalId,
  declared: { readonly dateOfBirth: PartialDate; readonly gender?: Gender | undefined },
): readonly Warning[] {
  const reading = readPersonalId(personalId)
  const warnings: Warning[] = []
  if (reading.registrationPlace === undefined) warnings.push('unknown_registration_place')
  if (declared.gender !== undefined && declared.gender !== reading.gender) warnings.push('gender_differs_from_number')
  if (declared.dateOfBirth.year !== reading.birthYear) warnings.push('birth_year_differs_from_number')
  return warnings
}

/**
 * Mã số doanh nghiệp as it may stand in a URL: 10 digits, or 10-3 for branches and representative offices (001-999).
 * Throws `code_not_allowed_in_url` for 12 digits, which are the owner's personal number, and `invalid_business_code`
 * for any other form and for a wrong check digit.
 */
export function parseBusinessCode(text: string): BusinessCode {
  if (/^[0-9]{12}$/.test(text)) {
    throw new GatewayError('code_not_allowed_in_url', 'a code of 12 digits is a personal number')
  }
  const main = /^([0-9]{10})(?:-(?!000)[0-9]{3})?$/.exec(text)?.[1]
  if (main === undefined) throw new GatewayError('invalid_business_code', 'neither 10 digits nor 10-3')
  if (!hasRightCheckDigit(main)) throw new GatewayError('invalid_business_code', 'the check digit is wrong')
  return text as BusinessCode
}

const checkWeights = [31, 29, 23, 19, 17, 13, 7, 5, 3] as const

/**
 * The tenth digit is 10 minus the weighted sum of the first nine modulo 11. Remainder 0 would make it 10: no such
 * number was issued. Remainder 10 makes it 0, and such numbers exist.
 */
function hasRightCheckDigit(tenDigits: string): boolean {
  const sum = checkWeights.reduce((total, weight, index) => total + weight * Number(tenDigits.charAt(index)), 0)
  return Number(tenDigits.charAt(9)) === 10 - (sum % 11)
}
