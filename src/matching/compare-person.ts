/** One declared person against one registered person: a verdict for each attribute that was declared, and only for those. */
import type { Gender, PartialDate, Person } from '#domain/person.ts'
import { compareAddresses, type DeclaredAddress } from './addresses.ts'
import { compareDates } from './dates.ts'
import { compareGenders } from './genders.ts'
import { compareNames, type NameHint } from './names.ts'
import { weakestOf, type Verdict } from './verdict.ts'

export interface DeclaredPerson {
  readonly fullName: string
  readonly dateOfBirth: PartialDate
  readonly gender?: Gender | undefined
  readonly permanentAddress?: DeclaredAddress | undefined
}

/** The attributes that can be compared, in the order answers show them. */
const attributes = ['fullName', 'dateOfBirth', 'gender', 'permanentAddress'] as const
export type Attribute = (typeof attributes)[number]
export type Verdicts = Readonly<Partial<Record<Attribute, Verdict>>>

export interface PersonComparison {
  readonly verdicts: Verdicts
  /** Why the name differs; empty unless it does. */
  readonly hints: readonly NameHint[]
}

/** The attributes somebody declared: what is looked at, and what the audit log calls the categories of data. */
export const declaredAttributes = (declared: DeclaredPerson): readonly Attribute[] =>
  attributes.filter((attribute) => declared[attribute] !== undefined)

/** `dataAsOf`: the day the register's data is from, RFC 3339; it tells which list its codes belong to. */
export function comparePerson(
  declared: DeclaredPerson,
  registered: Person,
  dataAsOf: string | undefined,
): PersonComparison {
  const name = compareNames(declared.fullName, registered.fullName)
  return {
    verdicts: {
      fullName: name.verdict,
      dateOfBirth: compareDates(declared.dateOfBirth, registered.dateOfBirth),
      ...(declared.gender && { gender: compareGenders(declared.gender, registered.gender) }),
      ...(declared.permanentAddress && {
        permanentAddress: compareAddresses(declared.permanentAddress, registered.permanentAddress, dataAsOf),
      }),
    },
    hints: name.hints,
  }
}

/** `match`: every declared attribute compared and equal. `match_incomplete`: some could not be compared, none differs. */
export function overallOf(verdicts: Verdicts): 'match' | 'match_incomplete' | 'mismatch' {
  const weakest = weakestOf(Object.values(verdicts))
  if (weakest === 'mismatch') return 'mismatch'
  return weakest === 'no_data' ? 'match_incomplete' : 'match'
}
