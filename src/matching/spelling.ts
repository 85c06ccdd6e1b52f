/**
 * Two spellings of a Vietnamese name, from strict to lenient. Nothing here guesses: every rule is a habit of writing
 * that leaves the sounds as they are. Distance between strings is never used, because Hoà, Hoá and Hoa are three people.
 */

/** NFC, one case, single spaces. Upper case folds more than lower case does, and it is what the register writes. */
export const caseFolded = (name: string): string =>
  name.normalize('NFC').toUpperCase().normalize('NFC').trim().replaceAll(/\s+/gu, ' ')

/**
 * The syllables of a name, with look-alikes made one: Ð (U+00D0, Icelandic eth, from old fonts and keyboards) is Đ
 * (U+0110), which no Unicode normalisation form says; hyphens of all lengths separate as spaces do; the typographic
 * apostrophe that phones put into H'Hen is the plain one.
 */
export const syllablesOf = (name: string): readonly string[] =>
  caseFolded(name)
    .replaceAll('Ð', 'Đ')
    .replaceAll(/[\u2018\u2019\u02bc]/gu, "'")
    .split(/[\p{Pd}\s]+/u)
    .filter((syllable) => syllable !== '')

/** Grave, acute, tilde, hook above, dot below: the five marks that are tones. Circumflex, breve and horn make letters. */
const toneMarks = /[\u0300\u0301\u0303\u0309\u0323]/gu

/** Vowels in NFD with the marks on them. */
const vowelRun = /(?:[AEIOUY][\u0302\u0306\u031b\u0300\u0301\u0303\u0309\u0323]*)+/gu

/**
 * Moves each tone to the end of its run of vowels, so that old and new placement (hòa/hoà, thúy/thuý) and slips such as
 * qúy for quý become one, while another tone stays another name. Takes upper case; the result is only for comparing.
 */
export const withTonesLast = (text: string): string =>
  text.normalize('NFD').replaceAll(vowelRun, (run) => {
    const letters = run.replaceAll(toneMarks, '')
    return letters + (run.match(toneMarks)?.join('') ?? '')
  })

/** Letters only, without tones and letter marks, Đ as D: what is left when somebody types without a Vietnamese keyboard. */
export const withoutAccents = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('Đ', 'D')
