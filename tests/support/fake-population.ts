/** A population register made of a list of people, found as the real one finds them: by number, name key and birth date. */
import type { CallContext } from '#domain/call-context.ts'
import type { PartialDate, Person, PersonAnswer, PersonQuery } from '#domain/person.ts'
import type { PopulationRegister } from '#domain/ports/population-register.ts'

export interface FakePopulation extends PopulationRegister {
  readonly calls: { readonly query: PersonQuery; readonly call: CallContext }[]
  /** When set, answers instead of the register. */
  answerWith?: (query: PersonQuery, call: CallContext) => Promise<PersonAnswer>
}

export function fakePopulation(people: readonly Person[], dataAsOf = '2026-11-23T02:00:00.000Z'): FakePopulation {
  const calls: FakePopulation['calls'] = []
  const register: FakePopulation = {
    calls,
    findPerson: async (query, call) => {
      calls.push({ query, call })
      if (register.answerWith !== undefined) return register.answerWith(query, call)
      const source = { dialect: 'dancu037', requestId: call.requestId, dataAsOf, answerSha256: 'A'.repeat(43) }
      const person = people.find((candidate) => isMeant(query, candidate))
      return person === undefined ? { kind: 'none', source } : { kind: 'found', person, source }
    },
    confirmPerson: async (query, call) => {
      const { kind, source } = await register.findPerson(query, call)
      return { exists: kind === 'found', source }
    },
  }
  return register
}

function isMeant({ key, fullName, dateOfBirth }: PersonQuery, person: Person): boolean {
  const number = key.kind === 'personal' ? person.personalId : person.legacyId
  return (
    number === key.value &&
    nameKey(fullName) === nameKey(person.fullName) &&
    agrees(dateOfBirth, person.dateOfBirth ?? dateOfBirth)
  )
}

/** Upper case, no accents, letters and digits only. */
const nameKey = (name: string): string =>
  name
    .toUpperCase()
    .replaceAll(/[ĐÐ]/gu, 'D')
    .normalize('NFD')
    .replaceAll(/[^A-Z0-9]/gu, '')

const agrees = (asked: PartialDate, known: PartialDate): boolean =>
  asked.year === known.year &&
  (asked.month ?? known.month) === (known.month ?? asked.month) &&
  (asked.day ?? known.day) === (known.day ?? asked.day)
