import { describe, expect, test } from 'vitest'
import type { Person } from '#sandbox/kernel/personas.ts'
import { createRegister, foldName } from '#sandbox/population/register.ts'

const aPerson = (facts: Partial<Person> = {}): Person => ({
  key: 'one',
  personalId: '015185000011',
  fullName: 'Nguyễn Thị Hoà',
  birth: { year: 1985, date: '1985-03-07' },
  gender: 'female',
  ethnicity: '01',
  permanentAddress: {},
  kin: [],
  status: 'living',
  note: '',
  ...facts,
})

const keys = { number: '015185000011', nameKey: 'NGUYENTHIHOA', birth: { day: '19850307' } } as const

describe('the register', () => {
  const register = createRegister([
    aPerson(),
    aPerson({ key: 'two', personalId: '001090000001', notFoundAs: 'empty_name' }),
  ])

  test.each([
    ['another number', { ...keys, number: '015185000012' }],
    ['another name', { ...keys, nameKey: 'NGUYENTHIHUE' }],
    ['an unfolded name', { ...keys, nameKey: 'NGUYỄN THỊ HOÀ' }],
    ['another day', { ...keys, birth: { day: '19850308' } }],
    ['another year', { ...keys, birth: { year: '1986' } }],
  ])('finds nobody by %s', (_name, wrong) => {
    expect(register.find(wrong)).toEqual({ kind: 'nobody', form: 'empty_collection' })
  })

  test('says "nobody" as an empty name for the number that is known for it', () => {
    expect(register.find({ ...keys, number: '001090000001', nameKey: 'X' })).toEqual({
      kind: 'nobody',
      form: 'empty_name',
    })
  })

  test('mixes a person up only with a stranger: neither namesake, tones aside, nor family', () => {
    const kin = [{ relation: 'spouse', fullName: 'Nguyễn Thị Hoà', personalId: '015185000011' }] as const
    const husband = aPerson({ key: 'husband', personalId: '015083000014', fullName: 'Trần Văn Hai', kin })
    const namesake = aPerson({ key: 'namesake', personalId: '015186000021', fullName: 'Nguyễn Thị Hòa' })
    const stranger = aPerson({ key: 'stranger', personalId: '015083000013', fullName: 'Trần Văn Quyết' })
    const other = createRegister([aPerson(), husband, namesake, stranger]).somebodyElse('015185000011')
    expect(other.persona.key).toBe('stranger')
  })

  test('finds by day and by year alone', () => {
    for (const birth of [{ day: '19850307' }, { year: '1985' }]) {
      expect(register.find({ ...keys, birth })).toMatchObject({ kind: 'people', people: [{ name: 'NGUYỄN THỊ HOÀ' }] })
    }
  })

  test('finds who is known by year only with the year and never with a day', () => {
    const old = createRegister([aPerson({ birth: { year: 1985 } })])
    expect(old.find(keys).kind).toBe('nobody')
    expect(old.find({ ...keys, birth: { year: '1985' } }).kind).toBe('people')
  })

  test('finds both holders of one 9-digit number when nothing tells them apart', () => {
    const shared = createRegister([
      aPerson({ key: 'a', legacyId: '030968404' }),
      aPerson({
        key: 'b',
        personalId: '015185000099',
        legacyId: '030968404',
        birth: { year: 1985, date: '1985-09-09' },
      }),
    ])
    const asked = { ...keys, number: '030968404' }
    expect(shared.find({ ...asked, birth: { year: '1985' } })).toMatchObject({ people: [{}, {}] })
    expect(shared.find(asked)).toMatchObject({ people: [{ persona: { key: 'a' } }] })
  })
})

test.each([
  ['Nguyễn Thị Hoà', 'NGUYENTHIHOA'],
  ['\u00D0ặng Văn Đức', 'DANGVANDUC'],
  ["H'Hen Niê", 'HHENNIE'],
  ['H’Hen  Niê', 'HHENNIE'],
  ['Nguyễn Trần-Khánh An', 'NGUYENTRANKHANHAN'],
  ['Ksor Blĭu', 'KSORBLIU'],
  ['Rơ Châm', 'ROCHAM'],
  ['Thuý'.normalize('NFD'), 'THUY'],
])('folds %s to %s', (name, key) => {
  expect(foldName(name)).toBe(key)
})
