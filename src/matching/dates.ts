/**
 * Birth dates, compared as precisely as both sides know them. Registers hold many people, mostly elderly, by year alone;
 * declaring less than the register holds is allowed too (api.md accepts `YYYY` and `YYYY-MM`).
 */
import type { PartialDate } from '#domain/person.ts'
import { weakestOf, type Verdict } from './verdict.ts'

/**
 * | declared   | register   | verdict   |                                                              |
 * |------------|------------|-----------|--------------------------------------------------------------|
 * | any        | nothing    | no_data   |                                                              |
 * | 1985       | 1985-03-07 | match     | all that was declared was compared and is equal              |
 * | 1985-03-07 | 1985       | no_data   | nothing contradicts, but month and day could not be compared |
 * | 1985-03-07 | 1984       | mismatch  | one part both know differs: the rest cannot mend it          |
 */
export function compareDates(declared: PartialDate, registered: PartialDate | undefined): Verdict {
  if (registered === undefined) return 'no_data'
  return weakestOf((['year', 'month', 'day'] as const).map((part) => comparePart(declared[part], registered[part])))
}

function comparePart(declared: number | undefined, registered: number | undefined): Verdict {
  if (declared === undefined) return 'match'
  if (registered === undefined) return 'no_data'
  return declared === registered ? 'match' : 'mismatch'
}
