/**
 * Is the declared name the registered one? Yes, yes apart from spelling habits, or no with a hint for the officer.
 * The register already found the person by number, name key and birth date, so a `mismatch` here is mostly an accent
 * that matters: Nguyễn Thị Hoà is not Nguyễn Thị Hoa.
 */
import { caseFolded, syllablesOf, withoutAccents, withTonesLast } from './spelling.ts'
import type { Verdict } from './verdict.ts'

/** Why a name differs, when that can be said; for the officer, never an acceptance. */
export type NameHint =
  /** One side has syllables between the first and the last that the other lacks. */
  | 'missing_middle_name'
  /** The same syllables in another order, as when the given name is put first. */
  | 'word_order'
  /** The same letters with other tones or other letter marks, or none. */
  | 'accents_differ'

export interface NameComparison {
  readonly verdict: Verdict
  /** Empty unless `verdict` is `mismatch`, and then too when nothing sensible can be said. */
  readonly hints: readonly NameHint[]
}

/** Compares two names in any Unicode form and case. Both sides may be spelled either way: comparing is symmetric. */
export function compareNames(declared: string, registered: string): NameComparison {
  const register = caseFolded(registered)
  if (register === '') return { verdict: 'no_data', hints: [] }
  if (caseFolded(declared) === register) return { verdict: 'match', hints: [] }
  const [ours, theirs] = [syllablesOf(declared), syllablesOf(registered)]
  if (isSameSpelling(ours, theirs)) return { verdict: 'match_normalised', hints: [] }
  return { verdict: 'mismatch', hints: hintsFor(ours, theirs) }
}

/**
 * Equal apart from tone placement and from where syllables are joined. Both sides are cut at the places where either
 * one is, so that a tone can move within a syllable but never into its neighbour: Thì Anh is not Thi Ành, although both
 * have the same letters and the same tones in the same order.
 */
function isSameSpelling(ours: readonly string[], theirs: readonly string[]): boolean {
  const cuts = new Set([...cutsOf(ours), ...cutsOf(theirs)])
  return withTonesLast(cutAt(ours.join(''), cuts)) === withTonesLast(cutAt(theirs.join(''), cuts))
}

/** Where syllables end, counted in base letters, which accents and their placement cannot shift. */
function cutsOf(syllables: readonly string[]): readonly number[] {
  let letters = 0
  return syllables.map((syllable) => (letters += lettersOf(syllable).length))
}

/** A letter with its marks, whole. */
const lettersOf = (text: string): readonly string[] => text.normalize('NFD').match(/\P{M}\p{M}*/gu) ?? []

const cutAt = (joined: string, cuts: ReadonlySet<number>): string =>
  lettersOf(joined)
    .map((letter, index) => (cuts.has(index + 1) ? `${letter} ` : letter))
    .join('')

function hintsFor(ours: readonly string[], theirs: readonly string[]): readonly NameHint[] {
  const [plainOurs, plainTheirs] = [ours.map(withoutAccents), theirs.map(withoutAccents)]
  const [exactOurs, exactTheirs] = [ours.map(withTonesLast), theirs.map(withTonesLast)]
  if (plainOurs.join('') === plainTheirs.join('')) return ['accents_differ']
  if (hasSameWords(plainOurs, plainTheirs)) {
    return hasSameWords(exactOurs, exactTheirs) ? ['word_order'] : ['word_order', 'accents_differ']
  }
  if (lacksMiddle(plainOurs, plainTheirs)) {
    return lacksMiddle(exactOurs, exactTheirs) ? ['missing_middle_name'] : ['missing_middle_name', 'accents_differ']
  }
  return []
}

const hasSameWords = (ours: readonly string[], theirs: readonly string[]): boolean =>
  ours.toSorted().join(' ') === theirs.toSorted().join(' ')

/** First and last agree, and what the shorter has in between stands in the longer in the same order. */
function lacksMiddle(ours: readonly string[], theirs: readonly string[]): boolean {
  const [shorter, longer] = ours.length < theirs.length ? [ours, theirs] : [theirs, ours]
  if (shorter.length < 2 || shorter.length === longer.length) return false
  if (shorter[0] !== longer[0] || shorter.at(-1) !== longer.at(-1)) return false
  let found = 0
  for (const syllable of longer) if (syllable === shorter[found]) found += 1
  return found === shorter.length
}
