import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const OldAddress = z.strictObject({
  provinceCode: z.string().regex(/^\d{2}$/),
  districtCode: z.string().regex(/^\d{3}$/),
  communeCode: z.string().regex(/^\d{5}$/),
  detail: z.string().min(3),
})
const relation = z.enum(['father', 'mother', 'spouse', 'representative'])
const personalId = z.string().regex(/^\d{12}$/)
const legacyId = z.string().regex(/^\d{9}$/)

const PersonShape = z.strictObject({
  key: z.string().regex(/^[a-z0-9-]+$/),
  personalId: personalId.optional(),
  legacyId: legacyId.optional(),
  fullName: z.string().min(2),
  birth: z.strictObject({ year: z.int().min(1900).max(2026), date: z.iso.date().optional() }),
  gender: z.enum(['male', 'female', 'unknown']),
  ethnicity: z.string().regex(/^\d{2}$/),
  permanentAddress: z.strictObject({
    old: OldAddress.optional(),
    new: OldAddress.omit({ districtCode: true }).optional(),
  }),
  kin: z.array(
    z.strictObject({
      relation,
      fullName: z.string().min(2),
      personalId: personalId.optional(),
      legacyId: legacyId.optional(),
    }),
  ),
  household: z
    .strictObject({ book: z.string(), relation: z.enum(['CH01', 'CH02', 'CH03', 'CH04']), head: z.string() })
    .optional(),
  status: z.enum(['living', 'deceased', 'number_changed']),
  notFoundAs: z.literal('empty_name').optional(),
  note: z.string().min(5),
})

const read = (name: string): unknown =>
  parse(readFileSync(new URL(`../../contracts/personas/${name}`, import.meta.url), 'utf8'))
const people = z.array(PersonShape).parse(read('people.yaml'))
const byKey = new Map(people.map((person) => [person.key, person]))

describe('the invented people', () => {
  test('are at least thirty, each with a key and a number of its own', () => {
    expect(people.length).toBeGreaterThanOrEqual(30)
    expect(byKey.size).toBe(people.length)
    const numbers = people.map((person) => person.personalId).filter(Boolean)
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const person of people) expect(person.personalId ?? person.legacyId).toBeDefined()
  })

  test('include the person of the examples', () => {
    const { personalId, fullName, gender, birth, permanentAddress } = byKey.get('nguyen-thi-hoa') ?? {}
    expect({ personalId, fullName, gender, birth }).toEqual({
      personalId: '015185000011',
      fullName: 'Nguyễn Thị Hoà',
      gender: 'female',
      birth: { year: 1985, date: '1985-03-07' },
    })
    expect(permanentAddress?.new?.provinceCode).toBe('15')
  })

  test('are born in the year their date says', () => {
    for (const { birth, key } of people) if (birth.date) expect(birth.date.slice(0, 4), key).toBe(String(birth.year))
  })

  test.each([
    ['tone on either vowel', /Hoà|Hòa/],
    ['Icelandic eth', /\u00D0/],
    ['i for y', /Lí|Quí/],
    ['decomposed letters', /\p{L}\p{M}/u],
    ['a hyphen', /-/],
    ['an apostrophe', /'/],
    ['letters that are not Vietnamese', /[ĭĕŏ]|è/],
    ['a name of one word', /^\S+$/],
    ['ten syllables or more', /^(\S+ ){9,}\S+$/],
  ])('have a name with %s', (_trap, form) => {
    expect(people.some(({ fullName }) => form.test(fullName))).toBe(true)
  })

  test('have names that differ in tone only', () => {
    const bare = (name: string) => name.normalize('NFD').replaceAll(/\p{M}/gu, '')
    const alike = people.filter(({ fullName }) => bare(fullName) === 'Nguyen Thi Hoa')
    expect(new Set(alike.map(({ fullName }) => fullName)).size).toBeGreaterThanOrEqual(4)
  })

  test.each(['15', '24', '44', '52', '80', '82', '91'])(
    'the code %s means one province of old and another of today',
    (code) => {
      const stillOld = people.filter(
        ({ permanentAddress: { old, new: today } }) => old?.provinceCode === code && !today,
      )
      const today = people.filter(
        ({ permanentAddress: { old, new: now } }) =>
          now?.provinceCode === code && old !== undefined && old.provinceCode !== code,
      )
      expect(stillOld.length).toBeGreaterThan(0)
      expect(today.length).toBeGreaterThan(0)
    },
  )

  test.each([
    ['deceased', people.filter(({ status }) => status === 'deceased')],
    ['with a changed number', people.filter(({ status }) => status === 'number_changed')],
    ['known by nine digits only', people.filter((person) => person.personalId === undefined)],
    ['born in a year without a day', people.filter(({ birth }) => birth.date === undefined)],
    ['of unknown gender', people.filter(({ gender }) => gender === 'unknown')],
    ['found under a number for which "nobody" is an empty name', people.filter((person) => person.notFoundAs)],
    ['in a household', people.filter((person) => person.household)],
  ])('some are %s', (_what, some) => {
    expect(some.length).toBeGreaterThan(0)
  })

  test('belong to households whose heads exist and head them', () => {
    for (const { household, key } of people) {
      if (household)
        expect(byKey.get(household.head)?.household, key).toMatchObject({ book: household.book, relation: 'CH01' })
    }
  })

  test('know their relatives under the names those bear', () => {
    for (const { kin } of people) {
      for (const relative of kin) {
        const person = people.find(({ personalId }) => personalId !== undefined && personalId === relative.personalId)
        if (person) expect(relative.fullName).toBe(person.fullName)
      }
    }
  })

  test('are the people firms name as their representatives', () => {
    const firms = read('businesses.yaml') as { representatives?: { fullName: string; documentNumber: string }[] }[]
    const named = firms.flatMap(({ representatives = [] }) => representatives)
    const citizens = named.filter(({ documentNumber }) => /^\d{12}$/.test(documentNumber))
    expect(citizens.length).toBeGreaterThan(10)
    for (const { fullName, documentNumber } of citizens) {
      const person = people.find(({ personalId }) => personalId === documentNumber)
      expect(person?.fullName.normalize('NFC').toUpperCase(), documentNumber).toBe(fullName)
    }
  })
})
