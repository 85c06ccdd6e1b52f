/** Invented Vietnamese names by the thousand, and the ways people write one and the same name. */
import * as fc from 'fast-check'

const tones = ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323'] as const
export type Tone = (typeof tones)[number]

/** A syllable in parts: the tone belongs on the nucleus, at `newAt` by the new rule and at `oldAt` by the old one. */
export interface Syllable {
  readonly onset: string
  readonly nucleus: string
  readonly newAt: number
  readonly oldAt: number
  readonly coda: string
  readonly tone: Tone
}

/** Nuclei whose placement is disputed carry two positions. */
const openNuclei = [
  ['oa', 1, 0],
  ['oe', 1, 0],
  ['uy', 1, 0],
  ['a', 0, 0],
  ['e', 0, 0],
  ['ê', 0, 0],
  ['i', 0, 0],
  ['o', 0, 0],
  ['ô', 0, 0],
  ['ơ', 0, 0],
  ['u', 0, 0],
  ['ư', 0, 0],
  ['ai', 0, 0],
  ['ươi', 1, 1],
] as const
const closedNuclei = [
  ['ă', 0, 0],
  ['â', 0, 0],
  ['iê', 1, 1],
  ['uyê', 2, 2],
  ['ươ', 1, 1],
  ['ô', 0, 0],
  ['oa', 1, 1],
] as const

const onset = fc.constantFrom('b', 'ch', 'd', 'đ', 'h', 'kh', 'l', 'm', 'ng', 'nh', 'ph', 't', 'th', 'tr', 'v', 'x')

const syllable: fc.Arbitrary<Syllable> = fc
  .tuple(
    onset,
    fc.oneof(
      fc.tuple(fc.constantFrom(...openNuclei), fc.constant('')),
      fc.tuple(fc.constantFrom(...closedNuclei), fc.constantFrom('n', 'm', 'ng')),
    ),
    fc.constantFrom(...tones),
  )
  .map(([onset, [[nucleus, newAt, oldAt], coda], tone]) => ({ onset, nucleus, newAt, oldAt, coda, tone }))

/** Two to five syllables. */
export const vietnameseName: fc.Arbitrary<readonly Syllable[]> = fc.array(syllable, { minLength: 2, maxLength: 5 })

export const anotherTone = (tone: Tone): fc.Arbitrary<Tone> => fc.constantFrom(...tones.filter((each) => each !== tone))

const spellSyllable = ({ onset, nucleus, newAt, oldAt, coda, tone }: Syllable, placement: 'old' | 'new'): string => {
  const at = (placement === 'old' ? oldAt : newAt) + 1
  const letters = Array.from(nucleus)
  return `${onset}${letters.slice(0, at).join('')}${tone}${letters.slice(at).join('')}${coda}`.normalize('NFC')
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** As printed on a card: capitals, single spaces, NFC. */
export const spell = (name: readonly Syllable[], placement: 'old' | 'new' = 'new'): string =>
  name.map((each) => capitalised(spellSyllable(each, placement))).join(' ')

/** One name as six systems would hand it over; `verdict` is what each must come to against the register's upper case. */
export const spellings = {
  decomposed: { verdict: 'match', of: (name) => spell(name).normalize('NFD') },
  oldPlacement: { verdict: 'match_normalised', of: (name) => spell(name, 'old') },
  lowerCase: { verdict: 'match', of: (name) => spell(name).toLowerCase() },
  spaced: { verdict: 'match', of: (name) => `\u00a0 ${spell(name).replaceAll(' ', '   ')} ` },
  eth: { verdict: 'match_normalised', of: (name) => spell(name).replaceAll('Đ', 'Ð').replaceAll('đ', 'ð') },
  hyphenated: { verdict: 'match_normalised', of: (name) => spell(name).replaceAll(' ', '-') },
} as const satisfies Record<
  string,
  { readonly verdict: 'match' | 'match_normalised'; of(name: readonly Syllable[]): string }
>
