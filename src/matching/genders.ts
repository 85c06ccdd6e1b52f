/** Gender: both sides know it, or there is nothing to compare. */
import type { Gender } from '#domain/person.ts'
import type { Verdict } from './verdict.ts'

export function compareGenders(declared: Gender, registered: Gender | undefined): Verdict {
  if (registered === undefined) return 'no_data'
  return declared === registered ? 'match' : 'mismatch'
}
