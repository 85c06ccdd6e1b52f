import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parsePersonalId, personalIdWarnings } from '#domain/identifiers.ts'
import { parsePartialDate } from '#domain/partial-date.ts'
import { nameProblem } from '#domain/person-name.ts'
import type { Gender, Person, RegisteredAddress } from '#domain/person.ts'
import { comparePerson, overallOf, type DeclaredPerson } from '#matching/compare-person.ts'
import { compareNames } from '#matching/names.ts'
import { currentProvinceCode } from '#matching/places/code-lists.ts'

interface Persona {
  readonly key: string
  readonly personalId?: string
  readonly fullName: string
  readonly birth: { readonly year: number; readonly date?: string }
  readonly gender: Gender | 'unknown'
  readonly permanentAddress?: { readonly old?: RegisteredAddress; readonly new?: RegisteredAddress }
}

const file = new URL('../../../contracts/personas/people.yaml', import.meta.url)
const personas = (parse(readFileSync(file, 'utf8')) as readonly Persona[]).map(
  (persona) => [persona.key, persona] as const,
)

const registeredName = (fullName: string): string => fullName.normalize('NFC').replaceAll('Ð', 'Đ').toUpperCase()

/** The other placement of a disputed tone: oà <-> òa, oẻ <-> ỏe, uý <-> úy; never behind q, where u is no vowel. */
const otherPlacement = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/(?<!q)(o|u)([aey])([\u0300\u0301\u0303\u0309\u0323])(?!\p{L}|\p{M})/giu, '$1$3$2')
    .normalize('NFC')

const spellings: Readonly<Record<string, (name: string) => string>> = {
  'in lower case': (name) => name.toLowerCase(),
  'in upper case': (name) => name.toUpperCase(),
  decomposed: (name) => name.normalize('NFD'),
  composed: (name) => name.normalize('NFC'),
  'with the other tone placement': otherPlacement,
  'with spaces to spare': (name) => ` ${name.replaceAll(' ', '  ')} `,
  'with eth': (name) => name.replaceAll('Đ', 'Ð').replaceAll('đ', 'ð'),
  'with hyphens': (name) => name.replaceAll(' ', '-'),
}

function declarationOf({ fullName, birth, gender, permanentAddress }: Persona): DeclaredPerson {
  const { provinceCode, communeCode } = permanentAddress?.new ?? {}
  return {
    fullName,
    dateOfBirth: parsePartialDate(birth.date ?? String(birth.year)) ?? { year: birth.year },
    gender: gender === 'unknown' ? undefined : gender,
    permanentAddress: provinceCode === undefined ? undefined : { provinceCode, communeCode },
  }
}

function registrationOf(persona: Persona): Person {
  const { gender, dateOfBirth, permanentAddress } = declarationOf(persona)
  const address = persona.permanentAddress?.new ?? persona.permanentAddress?.old
  return {
    fullName: registeredName(persona.fullName),
    standing: 'living',
    ...(dateOfBirth && { dateOfBirth }),
    ...(gender && { gender }),
    ...(permanentAddress && address && { permanentAddress: address }),
  }
}

describe('each invented person', () => {
  it.each(personas)('%s matches what the register holds of them', (_, persona) => {
    const { verdicts, hints } = comparePerson(declarationOf(persona), registrationOf(persona), '2026-11-23T02:00:00Z')
    expect(overallOf(verdicts)).toBe('match')
    expect(hints).toEqual([])
  })

  it.each(personas)('%s is the same person in every spelling', (_, { fullName }) => {
    for (const [spelling, of] of Object.entries(spellings)) {
      expect(nameProblem(of(fullName)), spelling).toBeUndefined()
      const { verdict } = compareNames(of(fullName), registeredName(fullName))
      const isPlain =
        of(fullName).normalize('NFC').toUpperCase().trim().replaceAll(/\s+/gu, ' ') === registeredName(fullName)
      expect(verdict, spelling).toBe(isPlain ? 'match' : 'match_normalised')
    }
  })

  it.each(personas)('%s has an old address that is the same province as the new one', (_, { permanentAddress }) => {
    const { old, new: current } = permanentAddress ?? {}
    if (old?.provinceCode === undefined || current?.provinceCode === undefined) return
    expect(currentProvinceCode(old.provinceCode, 'former')).toBe(currentProvinceCode(current.provinceCode, 'current'))
  })

  it('whose number is odd is known to be, and nobody else is warned about', () => {
    const odd = personas.flatMap(([key, persona]) => {
      if (persona.personalId === undefined) return []
      const { dateOfBirth, gender } = declarationOf(persona)
      const warnings = personalIdWarnings(parsePersonalId(persona.personalId, '/personalId'), { dateOfBirth, gender })
      return warnings.map((warning) => `${key}: ${warning}`)
    })
    expect(odd.toSorted()).toEqual([
      'born-abroad: unknown_registration_place',
      'foreign-name: unknown_registration_place',
      'nguyen-hyphen: birth_year_differs_from_number',
      'nguyen-hyphen: gender_differs_from_number',
      'nguyen-van-anh: gender_differs_from_number',
      'number-changed: gender_differs_from_number',
      'trap-24-old-bac-giang: gender_differs_from_number',
      'trap-52-old-binh-dinh: gender_differs_from_number',
    ])
  })
})

describe('two invented people', () => {
  it('have matching names only if they have the same name', () => {
    const names = [...new Set(personas.map(([, { fullName }]) => fullName))]
    const alike = names.flatMap((one, index) =>
      names
        .slice(index + 1)
        .filter((other) => compareNames(one, registeredName(other)).verdict !== 'mismatch')
        .map((other) => [one, other]),
    )
    expect(alike).toEqual([['Nguyễn Thị Hoà', 'Nguyễn Thị Hòa']])
  })
})
