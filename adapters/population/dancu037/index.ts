/**
 * Service 037 as it is really deployed: the whole name in one element, `yyyyMMdd`, addresses split into codes per level.
 * A register that moves to the standard's form is understood as well: the contract is the union of both.
 */
import { child, dateOf, identityOf, placeOf, shaped, text, unitOf } from '../citizen.ts'
import type { Dialect } from '../wire.ts'
import { ContractBreach } from '#adapters/transport/fate.ts'
import { some } from '#adapters/transport/some.ts'
import type { XmlElement } from '#adapters/transport/xml-reader.ts'
import type { PartialDate, Person, RegisteredAddress } from '#domain/person.ts'

export const dancu037: Dialect = { name: 'dancu037', wsdl: 'dancu037.wsdl', readPerson }

function readPerson(citizen: XmlElement): Omit<Person, 'standing'> {
  return {
    ...identityOf(citizen),
    ...some('dateOfBirth', birthOf(citizen)),
    ...some('permanentAddress', addressOf(citizen)),
  }
}

function birthOf(citizen: XmlElement): PartialDate | undefined {
  const birth = child(citizen, 'NgayThangNamSinh')
  if (birth === undefined) return undefined
  const year = shaped(text(birth, 'Nam'), /^\d{4}$/, 'Nam')
  const given = shaped(text(birth, 'NgayThangNam'), /^(?:\d{8}|\d{4}-\d{2}-\d{2})$/, 'NgayThangNam')
  if (given === undefined) return year === undefined ? undefined : { year: Number(year) }
  const date = dateOf(given.replaceAll('-', ''))
  if (year !== undefined && Number(year) !== date.year) throw new ContractBreach('two years of birth')
  return date
}

/** The district level ended on 2025-07-01: newer addresses have no `MaQuanHuyen`. */
function addressOf(citizen: XmlElement): RegisteredAddress | undefined {
  const address = child(citizen, 'ThuongTru')
  if (address === undefined) return undefined
  return {
    ...unitOf(address),
    ...some('provinceCode', shaped(text(address, 'MaTinhThanh'), /^\d{2}$/, 'MaTinhThanh')),
    ...some('districtCode', shaped(text(address, 'MaQuanHuyen'), /^\d{3}$/, 'MaQuanHuyen')),
    ...some('communeCode', shaped(text(address, 'MaPhuongXa'), /^\d{5}$/, 'MaPhuongXa')),
    ...placeOf(address),
  }
}
