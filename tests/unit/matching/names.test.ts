import { describe, expect, it } from 'vitest'
import { compareNames } from '#matching/names.ts'

const verdictOf = (declared: string, registered: string) => compareNames(declared, registered).verdict

describe('names of different people', () => {
  it.each([
    ['another tone', 'Nguyễn Thị Hoà', 'NGUYỄN THỊ HOÁ', ['accents_differ']],
    ['a tone left out', 'Nguyễn Thị Hoà', 'NGUYỄN THỊ HOA', ['accents_differ']],
    ['another letter mark', 'Trần Văn Tân', 'TRẦN VĂN TẤN', ['accents_differ']],
    ['a horn left out', 'Lê Văn Thuong', 'LÊ VĂN THƯƠNG', ['accents_differ']],
    ['d for đ', 'Dỗ Văn Nam', 'ĐỖ VĂN NAM', ['accents_differ']],
    ['no accents at all', 'Nguyen Thi Hoa', 'NGUYỄN THỊ HOÀ', ['accents_differ']],
    ['no accents and no spaces', 'NguyenThiHoa', 'NGUYỄN THỊ HOÀ', ['accents_differ']],
    ['tones exchanged', 'Lê Thuý Hà', 'LÊ THÙY HÁ', ['accents_differ']],
    ['a tone moved into the next syllable', 'Thì Anh', 'THI ÀNH', ['accents_differ']],
    ['a tone moved into the next syllable, run together', 'Thìanh', 'THI ÀNH', ['accents_differ']],
    ['the given name first', 'Hoà Nguyễn Thị', 'NGUYỄN THỊ HOÀ', ['word_order']],
    ['the given name first, without accents', 'Hoa Thi Nguyen', 'NGUYỄN THỊ HOÀ', ['word_order', 'accents_differ']],
    ['no middle name', 'Nguyễn Hoà', 'NGUYỄN THỊ HOÀ', ['missing_middle_name']],
    ['a middle name the register lacks', 'Nguyễn Thị Hoà', 'NGUYỄN HOÀ', ['missing_middle_name']],
    ['one of three middle names', 'Lê Thị Hà', 'LÊ NGUYỄN THỊ THU HÀ', ['missing_middle_name']],
    ['no middle name, no accents', 'Nguyen Hoa', 'NGUYỄN THỊ HOÀ', ['missing_middle_name', 'accents_differ']],
    ['another middle name', 'Nguyễn Văn Hoà', 'NGUYỄN THỊ HOÀ', []],
    ['a family name alone', 'Nguyễn', 'NGUYỄN THỊ HOÀ', []],
    ['one letter more', 'Nguyễn Thị Hoàn', 'NGUYỄN THỊ HOÀ', []],
    ['one letter less', 'Nguyễn Thị Hà', 'NGUYỄN THỊ HOÀ', []],
    ['i for y', 'Lí Văn Nam', 'LÝ VĂN NAM', []],
    ['a syllable twice', 'Lê Lê Hà', 'LÊ HÀ HÀ', []],
    ['nothing in common', 'Trần Văn Bảy', 'NGUYỄN THỊ HOÀ', []],
  ])('differ by %s', (_, declared, registered, hints) => {
    expect(compareNames(declared, registered)).toEqual({ verdict: 'mismatch', hints })
    expect(compareNames(registered, declared), 'and the other way round').toEqual({ verdict: 'mismatch', hints })
  })
})

describe('a name the register does not hold', () => {
  it.each(['', ' ', '\u00a0'])('is no data: "%s"', (registered) => {
    expect(compareNames('Nguyễn Thị Hoà', registered)).toEqual({ verdict: 'no_data', hints: [] })
  })
})

describe('the same name', () => {
  it.each([
    ['in upper case, as registers write', 'Nguyễn Thị Hoà', 'NGUYỄN THỊ HOÀ'],
    ['in mixed case', 'nGUYỄN tHỊ hOÀ', 'Nguyễn Thị Hoà'],
    ['decomposed', 'Nguyễn Thị Hoà'.normalize('NFD'), 'NGUYỄN THỊ HOÀ'],
    ['half decomposed', 'Nguyê\u0303n Thi\u0323 Hoà', 'NGUYỄN THỊ HOÀ'],
    ['with marks typed in another order', 'Lê Tha\u0302\u0323t', 'LÊ THẬT'],
    ['with spaces to spare', '  Nguyễn   Thị\u00a0Hoà ', 'NGUYỄN THỊ HOÀ'],
    ['of a foreigner', 'Strauß Éva', 'STRAUSS ÉVA'],
    ['of the highlands', 'Y Moan Ê̆nuôl', 'Y MOAN Ê̆NUÔL'],
  ])('is a match %s', (_, declared, registered) => {
    expect(verdictOf(declared, registered)).toBe('match')
  })

  it.each([
    ['old tone placement', 'Nguyễn Thị Hòa', 'NGUYỄN THỊ HOÀ'],
    ['new tone placement', 'Lê Thuý', 'LÊ THÚY'],
    ['the tone on the wrong letter of quý', 'Trần Qúy', 'TRẦN QUÝ'],
    ['the tone on the wrong letter of nguyễn', 'Nguỹên Hà', 'NGUYỄN HÀ'],
    ['a closed syllable', 'Lê Hòan', 'LÊ HOÀN'],
    ['eth for đ', 'Ðỗ Ðình Ðức', 'ĐỖ ĐÌNH ĐỨC'],
    ['small eth for đ', 'ðỗ Văn Nam', 'ĐỖ VĂN NAM'],
    ['a hyphen for a space', 'Nguyễn Thị-Hoà', 'NGUYỄN THỊ HOÀ'],
    ['a long dash', 'Nguyễn Thị – Hoà', 'NGUYỄN THỊ HOÀ'],
    ['a non-breaking hyphen', 'Lê\u2011Hà', 'LÊ HÀ'],
    ['a space too few', 'Nguyễn ThịHoà', 'NGUYỄN THỊ HOÀ'],
    ['no spaces at all', 'NguyễnThịÁnh', 'NGUYỄN THỊ ÁNH'],
    ['a space too many', 'Nguyễn Thị Ho à', 'NGUYỄN THỊ HOÀ'],
    ['a typographic apostrophe', 'H\u2019Hen Niê', "H'HEN NIÊ"],
    ['everything at once', '  ðỗ  thị-hòa '.normalize('NFD'), 'ĐỖ THỊ HOÀ'],
  ])('is a normalised match with %s', (_, declared, registered) => {
    expect(verdictOf(declared, registered)).toBe('match_normalised')
    expect(verdictOf(registered, declared), 'and the other way round').toBe('match_normalised')
  })
})
