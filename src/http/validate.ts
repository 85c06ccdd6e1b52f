/** From zod's issues to `errors[]` of a problem: JSON Pointers (RFC 6901), our codes, words in two languages. */
import type { core, ZodType } from 'zod'
import { GatewayError, type FieldError } from '#domain/errors.ts'

/** Where a value came from; the pointers of query and path values say so. */
export type Place = '' | '/query' | '/path'

/** A caller learns nothing from the twenty-first. */
const maxErrors = 20

/** `value` as `schema` reads it. Throws `invalid_request`, or `purpose_required` when nothing but the purpose is missing. */
export function validate<T>(schema: ZodType<T>, value: unknown, place: Place): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const errors = result.error.issues.flatMap((issue) => fieldErrors(issue, value, place)).slice(0, maxErrors)
  if (lacksOnlyPurpose(errors, value)) {
    throw new GatewayError('purpose_required', 'a look-up without a purpose', { errors })
  }
  throw new GatewayError('invalid_request', 'the request does not have the documented shape', { errors })
}

/** Absent, null or empty: no purpose at all. A purpose that lacks one member is a wrong shape. */
function lacksOnlyPurpose(errors: readonly FieldError[], value: unknown): boolean {
  const isAboutPurpose = ({ pointer, code }: FieldError) =>
    code !== 'unknown_field' && (pointer === '/purpose' || pointer.startsWith('/purpose/'))
  if (!errors.every(isAboutPurpose)) return false
  const purpose = (value as { readonly purpose?: unknown } | null)?.purpose
  if (purpose === undefined || purpose === null) return true
  return typeof purpose === 'object' && !Array.isArray(purpose) && Object.keys(purpose).length === 0
}

function fieldErrors(issue: core.$ZodIssue, value: unknown, place: Place): FieldError[] {
  const pointer = `${place}${toPointer(issue.path)}`
  if (issue.code === 'unrecognized_keys') {
    const named = issue.keys.map((key) => (isFieldName(key) ? `${pointer}${toPointer([key])}` : pointer))
    return [...new Set(named)].map((place) => fieldError(place, 'unknown_field', unknownField))
  }
  if (issue.code === 'custom') return [customError(pointer, issue.params)]
  if (valueAt(value, issue.path) === undefined) return [fieldError(pointer, 'required', required)]
  return [presentButWrong(issue, pointer)]
}

/** Anything else is a value in the wrong place, maybe somebody's name: it is not repeated, its object is pointed at. */
const isFieldName = (key: string): boolean => /^[A-Za-z][!-~]{0,63}$/.test(key)

function presentButWrong(issue: core.$ZodIssue, pointer: string): FieldError {
  switch (issue.code) {
    case 'invalid_type':
      return fieldError(pointer, 'wrong_type', wrongType(issue.expected))
    case 'invalid_value':
      return fieldError(pointer, 'not_one_of', notOneOf(issue.values))
    case 'too_small':
      return fieldError(pointer, 'too_small', tooSmall(issue.origin, issue.minimum))
    case 'too_big':
      return fieldError(pointer, 'too_large', tooLarge(issue.origin, issue.maximum))
    case 'invalid_format':
      return fieldError(pointer, 'wrong_format', wrongFormat)
    default:
      return fieldError(pointer, 'invalid', invalid)
  }
}

/** zod says what is wrong with a missing value in as many ways as there are types; that it is missing says more. */
const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((holder, key) => (holder as Record<PropertyKey, unknown> | null | undefined)?.[key], value)

type Words = FieldError['message']

const fieldError = (pointer: string, code: string, message: Words): FieldError => ({
  pointer: pointer.length > 200 ? pointer.slice(0, 200) : pointer,
  code,
  message,
})

/** A refinement of ours carries its own code and words (see `routes/schemas.ts`). */
function customError(pointer: string, params: Record<string, unknown> | undefined): FieldError {
  const { code, words } = (params ?? {}) as { code?: string; words?: Words }
  return fieldError(pointer, code ?? 'invalid', words ?? invalid)
}

const toPointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const required: Words = { vi: 'Thiếu trường bắt buộc.', en: 'This field is required.' }
const unknownField: Words = { vi: 'Trường này không có trong tài liệu.', en: 'There is no such field.' }
const wrongFormat: Words = { vi: 'Sai định dạng.', en: 'The format is wrong.' }
const invalid: Words = { vi: 'Giá trị không hợp lệ.', en: 'The value is not valid.' }

const typeWords: Readonly<Record<string, Words>> = {
  string: { vi: 'chuỗi ký tự', en: 'a string' },
  number: { vi: 'số', en: 'a number' },
  int: { vi: 'số nguyên', en: 'an integer' },
  boolean: { vi: 'đúng hoặc sai', en: 'true or false' },
  array: { vi: 'danh sách', en: 'an array' },
  object: { vi: 'đối tượng', en: 'an object' },
}

function wrongType(expected: string): Words {
  const words = typeWords[expected]
  return words === undefined ? invalid : { vi: `Phải là ${words.vi}.`, en: `It must be ${words.en}.` }
}

const notOneOf = (values: readonly unknown[]): Words => ({
  vi: `Chỉ nhận một trong các giá trị: ${values.join(', ')}.`,
  en: `It must be one of: ${values.join(', ')}.`,
})

function tooSmall(origin: string, minimum: number | bigint): Words {
  if (origin === 'string') return { vi: `Cần ít nhất ${minimum} ký tự.`, en: `At least ${minimum} characters.` }
  if (origin === 'array') return { vi: `Cần ít nhất ${minimum} phần tử.`, en: `At least ${minimum} items.` }
  return { vi: `Không được nhỏ hơn ${minimum}.`, en: `Not less than ${minimum}.` }
}

function tooLarge(origin: string, maximum: number | bigint): Words {
  if (origin === 'string') return { vi: `Nhiều nhất ${maximum} ký tự.`, en: `At most ${maximum} characters.` }
  if (origin === 'array') return { vi: `Nhiều nhất ${maximum} phần tử.`, en: `At most ${maximum} items.` }
  return { vi: `Không được lớn hơn ${maximum}.`, en: `Not more than ${maximum}.` }
}
