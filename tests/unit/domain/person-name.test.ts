import { describe, expect, it } from 'vitest'
import { nameProblem } from '#domain/person-name.ts'

describe('a name', () => {
  it.each([
    ['a zero-width space', 'Nguyễn\u200bThị Hoà', 'invisible_character'],
    ['a zero-width joiner', 'Hoa\u200d', 'invisible_character'],
    ['a byte order mark', '\ufeffHoà', 'invisible_character'],
    ['a soft hyphen', 'Ho\u00adà', 'invisible_character'],
    ['a right-to-left override', 'Nguyễn \u202eàoH', 'invisible_character'],
    ['a bidi isolate', '\u2066Hoà\u2069', 'invisible_character'],
    ['a variation selector', 'Hoà\ufe0f', 'invisible_character'],
    ['a grapheme joiner', 'Ho\u034fà', 'invisible_character'],
    ['a Hangul filler', 'Ho\u3164à', 'invisible_character'],
    ['a tag character', 'Ho\u{e0041}à', 'invisible_character'],
    ['a line break', 'Nguyễn\nHoà', 'invisible_character'],
    ['a tab', 'Nguyễn\tHoà', 'invisible_character'],
    ['a line separator', 'Nguyễn\u2028Hoà', 'invisible_character'],
    ['NUL', 'Hoà\u0000', 'invisible_character'],
    ['a lone high surrogate', 'Hoà\ud83d', 'lone_surrogate'],
    ['a lone low surrogate', '\ude00Hoà', 'lone_surrogate'],
    ['a Cyrillic look-alike', 'Nguyễn Thị Ноà', 'mixed_script'],
    ['Cyrillic only', 'Нона', 'mixed_script'],
    ['a Greek look-alike', 'Ηoà', 'mixed_script'],
    ['Chinese', 'Nguyễn 花', 'mixed_script'],
    ['mathematical letters', '\u{1d407}oà', 'mixed_script'],
    ['a mark of another script', 'Hoa\u0941', 'mixed_script'],
    ['an emoji', 'Hoà \u{1f33a}', 'not_a_name_character'],
    ['a bracket', 'Hoà <b>', 'not_a_name_character'],
    ['a mark without a letter', '\u0301Hoa', 'not_a_name_character'],
    ['a pile of marks', 'Hoa\u0301\u0300\u0303\u0309', 'not_a_name_character'],
    ['nothing', '', 'blank'],
    ['spaces only', ' \u00a0 ', 'blank'],
    ['a hyphen only', '-', 'blank'],
  ])('with %s is refused', (_, text, problem) => {
    expect(nameProblem(text)).toBe(problem)
  })

  it.each([
    'Nguyễn Thị Hoà',
    'NGUYỄN THỊ HOÀ'.normalize('NFD'),
    'Ðỗ Ðình Ðức',
    "H'Hen Niê",
    'H\u2019Hen Niê',
    'H\u02bchen Niê',
    'Y Moan Ê̆nuôl',
    'Lê Nguyễn-Hoàng',
    'François Étienne Müller, Jr.',
    'Siti A/L Rahman',
    'Hoà\u00a0Bình',
  ])('such as %s is accepted', (text) => {
    expect(nameProblem(text)).toBeUndefined()
  })
})
