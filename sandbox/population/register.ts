/** Who is in the register and how it finds them: number, folded name and birth date (or year) all at once, or nobody. */
import type { Person } from '../kernel/personas.ts'

export interface SearchKeys {
  readonly number: string
  /** As the client folded it. */
  readonly nameKey: string
  readonly birth: { readonly year: string } | { readonly day: string }
}

export type Found =
  | { readonly kind: 'people'; readonly people: readonly RegisteredPerson[] }
  | { readonly kind: 'nobody'; readonly form: 'empty_collection' | 'empty_name' }

/** A person as the register holds one. */
export interface RegisteredPerson {
  readonly persona: Person
  /** See `registeredName`. */
  readonly name: string
  readonly nameKey: string
  /** `yyyyMMdd`, where the day is known. */
  readonly birthDay: string | undefined
  readonly birthYear: string
  /** Of the household, where there is one. */
  readonly head: Person | undefined
}

export interface Register {
  find(keys: SearchKeys): Found
  /** Somebody of another number, another name and another family, to be mixed up with. */
  somebodyElse(number: string): RegisteredPerson
}

export function createRegister(personas: readonly Person[]): Register {
  const byKey = new Map(personas.map((persona) => [persona.key, persona]))
  const people = personas.map((persona) => registered(persona, byKey.get(persona.household?.head ?? '')))
  const byNumber = new Map<string, RegisteredPerson[]>()
  for (const person of people) {
    for (const number of [person.persona.personalId, person.persona.legacyId]) {
      if (number !== undefined) byNumber.set(number, [...(byNumber.get(number) ?? []), person])
    }
  }
  return {
    find({ number, nameKey, birth }) {
      const holders = byNumber.get(number) ?? []
      const matches = holders.filter((person) => person.nameKey === nameKey && isBorn(person, birth))
      if (matches.length > 0) return { kind: 'people', people: matches }
      const isSilent = holders.every(({ persona }) => persona.notFoundAs === undefined)
      return { kind: 'nobody', form: isSilent ? 'empty_collection' : 'empty_name' }
    },
    somebodyElse(number) {
      const names = (byNumber.get(number) ?? []).map(({ nameKey }) => nameKey)
      const other = people.find(
        ({ persona, nameKey, head }) =>
          persona.personalId !== undefined &&
          !names.includes(nameKey) &&
          ![persona, ...persona.kin, ...(head ? [head] : [])].some((one) => numbersOf(one).includes(number)),
      )
      if (!other) throw new Error('the register needs two people at least')
      return other
    },
  }
}

const numbersOf = ({ personalId, legacyId }: Pick<Person, 'personalId' | 'legacyId'>): readonly unknown[] => [
  personalId,
  legacyId,
]

/** A year finds everybody of that year; a day finds only those whose day is known. */
function isBorn(person: RegisteredPerson, birth: SearchKeys['birth']): boolean {
  return 'year' in birth ? person.birthYear === birth.year : person.birthDay === birth.day
}

function registered(persona: Person, head: Person | undefined): RegisteredPerson {
  const name = registeredName(persona.fullName)
  return {
    persona,
    name,
    nameKey: foldName(name),
    birthDay: persona.birth.date?.replaceAll('-', ''),
    birthYear: String(persona.birth.year),
    head,
  }
}

/** As the register writes names: upper case, NFC, Đ and never Ð. */
export const registeredName = (name: string): string =>
  name.normalize('NFC').toUpperCase().replaceAll('\u00D0', '\u0110')

/** Upper case, no accents, Đ as D, letters and digits only. */
export function foldName(name: string): string {
  const bare = name.normalize('NFD').replaceAll(/\p{M}/gu, '').toUpperCase()
  return bare.replaceAll(/[\u0110\u00D0]/g, 'D').replaceAll(/[^A-Z0-9]/g, '')
}
