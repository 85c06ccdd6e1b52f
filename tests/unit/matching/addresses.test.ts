import { describe, expect, it } from 'vitest'
import type { RegisteredAddress } from '#domain/person.ts'
import { compareAddresses, isOnItsList, type DeclaredAddress } from '#matching/addresses.ts'
import { currentProvinces, formerProvinces } from '#matching/places/provinces.ts'

const today = '2026-11-23T02:00:00.000Z'
const before = '2025-06-30T16:59:59.999Z'
const after = '2025-06-30T17:00:00.000Z'
const formerDay = '2025-06-30'

const compare = (
  declared: DeclaredAddress,
  registered: RegisteredAddress | undefined,
  dataAsOf: string | undefined = today,
) => compareAddresses(declared, registered, dataAsOf)

describe('addresses that differ', () => {
  it.each([
    ['another province', { provinceCode: '15' }, { provinceCode: '01' }],
    ['a former province that went elsewhere', { provinceCode: '15' }, { provinceCode: '02', districtCode: '024' }],
    ['a former code read by its own list', { provinceCode: '24' }, { provinceCode: '25', districtCode: '227' }],
    [
      'another commune of the current list',
      { provinceCode: '15', communeCode: '02647' },
      { provinceCode: '15', communeCode: '02650' },
    ],
    [
      'another commune of the former list',
      { provinceCode: '10', communeCode: '02647', codesAsOf: formerDay },
      { provinceCode: '10', districtCode: '080', communeCode: '02650' },
    ],
    [
      'the same commune code in another province',
      { provinceCode: '15', communeCode: '02647' },
      { provinceCode: '01', communeCode: '02647' },
    ],
  ])('by %s are a mismatch', (_, declared, registered) => {
    expect(compare(declared, registered)).toBe('mismatch')
  })
})

describe('addresses that cannot be compared', () => {
  it.each<[string, DeclaredAddress, RegisteredAddress | undefined]>([
    ['nothing registered', { provinceCode: '15' }, undefined],
    ['an address abroad', { provinceCode: '15' }, { countryCode: 'LA', detail: 'Vientiane' }],
    ['a code the register made up', { provinceCode: '15' }, { provinceCode: '99' }],
    ['a former code declared as a current one', { provinceCode: '10' }, { provinceCode: '15' }],
    ['a code of no list', { provinceCode: '03', codesAsOf: formerDay }, { provinceCode: '15' }],
    ['no commune registered', { provinceCode: '15', communeCode: '02647' }, { provinceCode: '15' }],
    [
      'communes of two lists, even with equal codes',
      { provinceCode: '15', communeCode: '02647' },
      { provinceCode: '10', districtCode: '080', communeCode: '02647' },
    ],
    [
      'a former commune against a current one',
      { provinceCode: '10', communeCode: '02647', codesAsOf: formerDay },
      { provinceCode: '15', communeCode: '02650' },
    ],
  ])('are no data: %s', (_, declared, registered) => {
    expect(compare(declared, registered)).toBe('no_data')
  })
})

describe('addresses that agree', () => {
  it.each<[string, DeclaredAddress, RegisteredAddress]>([
    ['today’s province', { provinceCode: '15' }, { provinceCode: '15' }],
    ['today’s province, dated', { provinceCode: '15', codesAsOf: '2025-07-01' }, { provinceCode: '15' }],
    ['a former code translated on our side', { provinceCode: '10', codesAsOf: formerDay }, { provinceCode: '15' }],
    ['a former code translated on theirs', { provinceCode: '15' }, { provinceCode: '10', districtCode: '080' }],
    ['a former code without its district', { provinceCode: '15' }, { provinceCode: '10' }],
    [
      'former codes on both sides',
      { provinceCode: '10', codesAsOf: '2020-01-01' },
      { provinceCode: '10', districtCode: '080' },
    ],
    [
      'two former provinces that are one now',
      { provinceCode: '15', codesAsOf: formerDay },
      { provinceCode: '10', districtCode: '080' },
    ],
    [
      'communes of the current list',
      { provinceCode: '15', communeCode: '02647' },
      { provinceCode: '15', communeCode: '02647' },
    ],
    [
      'communes of the former list',
      { provinceCode: '10', communeCode: '02647', codesAsOf: formerDay },
      { provinceCode: '10', districtCode: '080', communeCode: '02647' },
    ],
  ])('match: %s', (_, declared, registered) => {
    expect(compare(declared, registered)).toBe('match')
  })
})

describe('the list a registered address is coded in', () => {
  const declared = { provinceCode: '24', communeCode: '07210' }
  const registered = { provinceCode: '24', communeCode: '07210' }

  it('changes at midnight in Vietnam', () => {
    expect(compare(declared, registered, before), 'former commune against current').toBe('no_data')
    expect(compare(declared, registered, after)).toBe('match')
  })

  it('is the current one when the register gives no date and no district', () => {
    expect(compareAddresses(declared, registered, undefined)).toBe('match')
  })

  it('is the former one where a district stands, however fresh the data', () => {
    expect(compare(declared, { ...registered, districtCode: '213' }, today)).toBe('no_data')
  })
})

describe('the seven codes that another province carries now', () => {
  it.each([
    ['15', 'Yên Bái', 'Lào Cai', '10'],
    ['24', 'Bắc Giang', 'Bắc Ninh', '27'],
    ['44', 'Quảng Bình', 'Quảng Trị', '45'],
    ['52', 'Bình Định', 'Gia Lai', '64'],
    ['80', 'Long An', 'Tây Ninh', '72'],
    ['82', 'Tiền Giang', 'Đồng Tháp', '87'],
    ['91', 'Kiên Giang', 'An Giang', '89'],
  ])('%s was %s and is %s, whose former code was %s', (code, formerName, currentName, formerCodeOfCurrent) => {
    expect(formerProvinces.get(code)).toEqual({ name: formerName, nowCode: code })
    expect(currentProvinces.get(code)).toBe(currentName)
    expect(formerProvinces.get(formerCodeOfCurrent)).toEqual({ name: currentName, nowCode: code })
    expect(compare({ provinceCode: code }, { provinceCode: formerCodeOfCurrent, districtCode: '001' })).toBe('match')
    expect(isOnItsList({ provinceCode: formerCodeOfCurrent }), 'it is no current code').toBe(false)
    expect(isOnItsList({ provinceCode: formerCodeOfCurrent, codesAsOf: formerDay })).toBe(true)
  })

  it('are seven and no more', () => {
    const renamed = [...currentProvinces].filter(([code, name]) => formerProvinces.get(code)?.name !== name)
    expect(renamed.map(([code]) => code)).toEqual(['15', '24', '44', '46', '52', '80', '82', '91'])
    expect(
      renamed.find(([code]) => code === '46'),
      'the same place under a shorter name',
    ).toEqual(['46', 'Huế'])
  })
})

describe('the two lists of provinces', () => {
  it('have 63 and 34 entries', () => {
    expect([formerProvinces.size, currentProvinces.size]).toEqual([63, 34])
  })

  it('let every former province go to a current one, and every current one come from some', () => {
    const goals = new Set([...formerProvinces.values()].map(({ nowCode }) => nowCode))
    expect([...goals].toSorted()).toEqual([...currentProvinces.keys()].toSorted())
  })

  it('merge as Resolution 202/2025/QH15 says: 11 unchanged, 17 of two, 6 of three', () => {
    const parts = new Map<string, number>()
    for (const { nowCode } of formerProvinces.values()) parts.set(nowCode, (parts.get(nowCode) ?? 0) + 1)
    const counts = [...parts.values()]
    expect([1, 2, 3].map((size) => counts.filter((count) => count === size).length)).toEqual([11, 17, 6])
  })
})
