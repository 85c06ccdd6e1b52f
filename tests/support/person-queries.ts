/** How an invented person is asked for at the population register. */
import { parsePartialDate } from '#domain/partial-date.ts'
import type { LegacyId, PersonalId, PersonKey, PersonQuery } from '#domain/person.ts'
import type { Person } from '#sandbox/kernel/personas.ts'
import { personOf } from './invented-people.ts'

const purpose = {
  procedureCode: '2.000635',
  dossierCode: 'H38.17-261123-0007',
  officerId: '015080000123',
} as const

export function queryFor(person: Person, differing: Partial<PersonQuery> = {}): PersonQuery {
  const dateOfBirth = parsePartialDate(person.birth.date ?? String(person.birth.year))
  if (dateOfBirth === undefined) throw new Error(`${person.key} was born on no day`)
  return { key: keyOf(person), fullName: person.fullName, dateOfBirth, purpose, ...differing }
}

function keyOf({ personalId, legacyId }: Person): PersonKey {
  return personalId === undefined
    ? { kind: 'legacy', value: legacyId as LegacyId }
    : { kind: 'personal', value: personalId as PersonalId }
}

/** The person of the examples. */
export const queryForHoa = (differing: Partial<PersonQuery> = {}): PersonQuery =>
  queryFor(personOf('nguyen-thi-hoa'), differing)
