/**
 * What may stand in a person's name. Characters that cannot be seen, or that look like others, would let two different
 * names look equal on an officer's screen; they are refused at the door instead of being cleaned away silently.
 */

export type NameProblem =
  | 'blank'
  /** Half of a surrogate pair: not text. */
  | 'lone_surrogate'
  /** Zero-width, bidirectional, control or variation characters, also soft hyphens and line breaks. */
  | 'invisible_character'
  /** A letter outside the Latin script, such as a Cyrillic look-alike. */
  | 'mixed_script'
  /** Emoji, symbols, a mark without a letter, or more marks on one letter than any orthography has. */
  | 'not_a_name_character'

/**
 * The first reason why `text` cannot be a person's name, or `undefined`. Latin letters with any marks are fine (foreign
 * residents are registered in Latin script), so are ASCII digits, spaces, hyphens, apostrophes, full stops, commas and
 * slashes. Spelling is not judged.
 */
export function nameProblem(text: string): NameProblem | undefined {
  if (!text.isWellFormed()) return 'lone_surrogate'
  if (invisible.test(text)) return 'invisible_character'
  const decomposed = text.normalize('NFD')
  if (foreignLetter.test(decomposed)) return 'mixed_script'
  if (!nameShaped.test(decomposed)) return 'not_a_name_character'
  return /\p{L}/u.test(decomposed) ? undefined : 'blank'
}

/**
 * Cc, Cf (zero-width, bidi, soft hyphen, tags), line and paragraph separators, and what Unicode calls default ignorable
 * without a format category: the grapheme joiner, Hangul fillers, variation selectors.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

/** Combining marks are of all scripts (Inherited); U+02BC, the apostrophe of highland orthographies, is of none. */
const foreignLetter = /(?![\p{Script=Latin}\p{Script=Inherited}\u02bc])[\p{L}\p{M}]/u

/** Runs of a base with at most three marks (Vietnamese needs two, e.g. ệ), between separators that names have. */
const nameShaped = /^(?:[\p{L}0-9]\p{M}{0,3}|[\p{Zs}\p{Pd}'\u2018\u2019.,/])*$/u
