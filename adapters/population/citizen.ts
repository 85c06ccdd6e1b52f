/** What both dialects say in the same way, and how a number, a date or a code has to look. */
import { citizenNamespace } from './wire.ts'
import { ContractBreach } from '#adapters/transport/fate.ts'
import { some } from '#adapters/transport/some.ts'
import { childOf, textOf, type XmlElement } from '#adapters/transport/xml-reader.ts'
import { parsePartialDate } from '#domain/partial-date.ts'
import type { Gender, LegacyId, PartialDate, Person, PersonalId, RegisteredAddress } from '#domain/person.ts'

export const text = (parent: XmlElement, name: string): string | undefined => textOf(parent, citizenNamespace, name)

export const child = (parent: XmlElement, name: string): XmlElement | undefined =>
  childOf(parent, citizenNamespace, name)

/** `given` when it has the form, undefined when it is absent; anything else is a breach that names only the field. */
export function shaped(given: string | undefined, form: RegExp, name: string): string | undefined {
  if (given === undefined || form.test(given)) return given
  throw new ContractBreach(`${name} does not have its form`)
}

export function identityOf(citizen: XmlElement): Omit<Person, 'standing'> {
  const personalId = shaped(text(citizen, 'SoDinhDanh'), /^\d{12}$/, 'SoDinhDanh') as PersonalId | undefined
  const legacyId = shaped(text(citizen, 'SoCMND'), /^\d{9}$/, 'SoCMND') as LegacyId | undefined
  const fullName = fullNameOf(citizen)
  if (fullName === undefined) throw new ContractBreach('HoVaTen is empty')
  return {
    ...some('personalId', personalId),
    ...some('legacyId', legacyId),
    fullName,
    ...some('gender', genderOf(citizen)),
  }
}

/** In three parts, or, as deployed, the whole name in `Ten` and the other two empty. Without `Ten` nobody is meant. */
export function fullNameOf(citizen: XmlElement): string | undefined {
  const name = child(citizen, 'HoVaTen')
  if (name === undefined || text(name, 'Ten') === undefined) return undefined
  const parts = [text(name, 'Ho'), text(name, 'ChuDem'), text(name, 'Ten')]
  return parts.filter(Boolean).join(' ').normalize('NFC')
}

/** 0 is "no information". Other services number genders differently: a code not of this list is not guessed at. */
function genderOf(citizen: XmlElement): Gender | undefined {
  const code = shaped(text(citizen, 'GioiTinh'), /^[012]$/, 'GioiTinh')
  if (code === '1') return 'male'
  return code === '2' ? 'female' : undefined
}

/** `yyyyMMdd`, as much of it as is known: `00` stands for an unknown month or day. */
export function dateOf(digits: string): PartialDate {
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)]
  if (month === '00') return { year: Number(year) }
  const date = parsePartialDate(day === '00' ? `${year}-${month}` : `${year}-${month}-${day}`)
  if (date === undefined) throw new ContractBreach('NgayThangNam is no day of the calendar')
  return date
}

/** `MaDonViHanhChinh`: one code, and its length tells of which level it is. */
export function unitOf(address: XmlElement): RegisteredAddress {
  const code = shaped(text(address, 'MaDonViHanhChinh'), /^(?:\d{2}|\d{3}|\d{5})$/, 'MaDonViHanhChinh')
  if (code === undefined) return {}
  if (code.length === 2) return { provinceCode: code }
  return code.length === 3 ? { districtCode: code } : { communeCode: code }
}

export function placeOf(address: XmlElement): RegisteredAddress {
  return {
    ...some('detail', text(address, 'ChiTiet')?.normalize('NFC')),
    ...some('countryCode', shaped(text(address, 'QuocGia'), /^[A-Z]{2}$/, 'QuocGia')),
  }
}
