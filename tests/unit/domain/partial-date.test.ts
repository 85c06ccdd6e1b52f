import { describe, expect, it } from 'vitest'
import { parsePartialDate } from '#domain/partial-date.ts'

describe('a partial date', () => {
  it.each([
    '',
    '85',
    '1985-3-7',
    '1985-13',
    '1985-00',
    '1985-02-00',
    '1985-02-29',
    '1900-02-29',
    '1985-04-31',
    '1985-03-07T00:00:00Z',
    '07/03/1985',
    '1985-03-07\n',
    '１９８５',
  ])('is nothing when it is not one: "%s"', (text) => {
    expect(parsePartialDate(text)).toBeUndefined()
  })

  it.each([
    ['1985', { year: 1985 }],
    ['1985-03', { year: 1985, month: 3 }],
    ['1985-03-07', { year: 1985, month: 3, day: 7 }],
    ['2000-02-29', { year: 2000, month: 2, day: 29 }],
    ['1985-12-31', { year: 1985, month: 12, day: 31 }],
  ])('keeps the precision it was given: %s', (text, date) => {
    expect(parsePartialDate(text)).toEqual(date)
  })
})
