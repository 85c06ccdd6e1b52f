/** From the request's words to what the register is asked and what its answer is compared with. */
import { GatewayError, type FieldError } from '#domain/errors.ts'
import { parseLegacyId, parsePersonalId, personalIdWarnings, type Warning } from '#domain/identifiers.ts'
import { parsePartialDate } from '#domain/partial-date.ts'
import { nameProblem } from '#domain/person-name.ts'
import type { PersonKey, PersonQuery } from '#domain/person.ts'
import type { Purpose } from '#domain/purpose.ts'
import { isOnItsList } from '#matching/addresses.ts'
import type { DeclaredPerson } from '#matching/compare-person.ts'
import type { VerifyIdentityInput } from './identity-verification.ts'

export interface Declaration {
  readonly query: PersonQuery
  readonly declared: DeclaredPerson
  readonly warnings: readonly Warning[]
}

/**
 * Throws `purpose_required`, `invalid_personal_id`, and `invalid_request` for a day that does not exist, a name that
 * cannot be one, or not exactly one number.
 */
export function readDeclaration({ subject, purpose }: VerifyIdentityInput): Declaration {
  const known = requirePurpose(purpose)
  const key = readKey(subject)
  const declared: DeclaredPerson = {
    fullName: readName(subject.fullName),
    dateOfBirth: readDate(subject.dateOfBirth),
    gender: subject.gender,
    permanentAddress: subject.permanentAddress,
  }
  return {
    query: { key, fullName: declared.fullName, dateOfBirth: declared.dateOfBirth, purpose: known },
    declared,
    warnings: warningsOf(key, declared),
  }
}

function requirePurpose(purpose: Purpose | undefined): Purpose {
  const { procedureCode = '', dossierCode = '', officerId = '' } = purpose ?? {}
  if (purpose !== undefined && [procedureCode, dossierCode, officerId].every((text) => text.trim() !== ''))
    return purpose
  throw new GatewayError('purpose_required', 'a person is looked at only for a procedure, a dossier and by an officer')
}

function readKey({ personalId, legacyId }: VerifyIdentityInput['subject']): PersonKey {
  if (personalId !== undefined && legacyId === undefined) {
    return { kind: 'personal', value: parsePersonalId(personalId, '/subject/personalId') }
  }
  if (legacyId !== undefined && personalId === undefined) {
    return { kind: 'legacy', value: parseLegacyId(legacyId, '/subject/legacyId') }
  }
  throw refused('/subject', 'one_number_required', {
    vi: 'Cần đúng một trong hai số: personalId hoặc legacyId.',
    en: 'Exactly one of personalId and legacyId is needed.',
  })
}

/** NFC: the same name typed on another system is the same text from here on. */
function readName(fullName: string): string {
  const problem = nameProblem(fullName)
  if (problem === undefined) return fullName.normalize('NFC')
  throw refused('/subject/fullName', problem, {
    vi: 'Họ tên chứa ký tự không dùng trong tên người.',
    en: 'The name holds characters that no name has.',
  })
}

function readDate(dateOfBirth: string) {
  const date = parsePartialDate(dateOfBirth)
  if (date !== undefined) return date
  throw refused('/subject/dateOfBirth', 'no_such_date', { vi: 'Không có ngày này.', en: 'There is no such date.' })
}

function warningsOf(key: PersonKey, declared: DeclaredPerson): readonly Warning[] {
  const ofNumber = key.kind === 'personal' ? personalIdWarnings(key.value, declared) : []
  const { permanentAddress } = declared
  const isUnknown = permanentAddress !== undefined && !isOnItsList(permanentAddress)
  return isUnknown ? [...ofNumber, 'unknown_province_code'] : ofNumber
}

const refused = (pointer: string, code: string, message: FieldError['message']): GatewayError =>
  new GatewayError('invalid_request', `${pointer}: ${code}`, { errors: [{ pointer, code, message }] })
