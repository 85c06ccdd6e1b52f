import { encodeQuery, searchName } from '#adapters/population/search-keys.ts'
import { credentialHeaders } from '#adapters/population/client.ts'
import { describe, expect, it } from 'vitest'
import { aCall } from '../../../support/a-call.ts'
import { queryForHoa } from '../../../support/person-queries.ts'

describe('the search name', () => {
  it.each([
    ['Nguyễn Thị Hoà', 'NGUYENTHIHOA'],
    ['Nguyễn Thị Hoà'.normalize('NFD'), 'NGUYENTHIHOA'],
    ['Đặng Đình Đức', 'DANGDINHDUC'],
    ['Ðặng (with an Icelandic letter)', 'DANGWITHANICELANDICLETTER'],
    ['đỗ thị quỳnh-như', 'DOTHIQUYNHNHU'],
    ['Ưng Ơn Ẵm', 'UNGONAM'],
    ['  H’Hen   Niê ', 'HHENNIE'],
    ['Trần 2', 'TRAN2'],
  ])('of %s is %s', (name, key) => {
    expect(searchName(name)).toBe(key)
  })
})

describe('the message', () => {
  const message = (...differing: Parameters<typeof queryForHoa>) => encodeQuery(queryForHoa(...differing), aCall())

  it('has its members in the order of the schema', () => {
    expect(Object.keys(message())).toEqual([
      'MaYeuCau',
      'MaDVC',
      'MaTichHop',
      'MaCanBo',
      'SoDinhDanh',
      'HoVaTen',
      'NgayThangNamSinh',
    ])
  })

  it.each([
    [{ year: 1985, month: 3, day: 7 }, { NgayThangNam: '19850307' }],
    [{ year: 1985, month: 3 }, { Nam: '1985' }],
    [{ year: 1985 }, { Nam: '1985' }],
  ])('asks for the birth date %j as %j', (dateOfBirth, expected) => {
    expect(message({ dateOfBirth }).NgayThangNamSinh).toEqual(expected)
  })
})

describe('the credentials', () => {
  it('agree with the vector of the contract', () => {
    const credentials = { user: 'sim-user', secret: 'test-secret', hashUrl: 'https://sim.local/dancu/037' }
    expect(credentialHeaders(credentials, 1_767_366_245_000)).toEqual({
      Timestamp: '1767366245000',
      Authorization:
        'Basic c2ltLXVzZXI6OTBjNmU2ZDYwNmJkMjMwYzlmMjQ5NjAxZjc1YmY4YjhkNWYzYjFkNjE3ZDZlNmU5ZTljZGU4MWI5ZGE5NmZhZg==',
    })
  })
})
