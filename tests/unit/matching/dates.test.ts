import { describe, expect, it } from 'vitest'
import { parsePartialDate } from '#domain/partial-date.ts'
import type { PartialDate } from '#domain/person.ts'
import { compareDates } from '#matching/dates.ts'

const date = (text: string): PartialDate => {
  const parsed = parsePartialDate(text)
  if (parsed === undefined) throw new Error(`not a date: ${text}`)
  return parsed
}

describe('birth dates', () => {
  it.each([
    ['another day', '1985-03-07', '1985-03-08', 'mismatch'],
    ['another month', '1985-03-07', '1985-04-07', 'mismatch'],
    ['another year, though the register knows only that', '1985-03-07', '1984', 'mismatch'],
    ['another year, though only that was declared', '1985', '1984-03-07', 'mismatch'],
    ['another month, though no day was declared', '1985-03', '1985-04-07', 'mismatch'],
    ['another month, though the register knows no day', '1985-03-07', '1985-04', 'mismatch'],
    ['day and month exchanged', '1985-03-07', '1985-07-03', 'mismatch'],
    ['a day the register does not hold', '1985-03-07', '1985-03', 'no_data'],
    ['day and month the register does not hold', '1985-03-07', '1985', 'no_data'],
    ['a month the register does not hold', '1985-03', '1985', 'no_data'],
    ['the same day', '1985-03-07', '1985-03-07', 'match'],
    ['the year alone', '1985', '1985-03-07', 'match'],
    ['year and month', '1985-03', '1985-03-07', 'match'],
    ['the year against a year', '1985', '1985', 'match'],
  ])('with %s', (_, declared, registered, verdict) => {
    expect(compareDates(date(declared), date(registered))).toBe(verdict)
  })

  it('cannot be compared with nothing', () => {
    expect(compareDates(date('1985'), undefined)).toBe('no_data')
  })
})
