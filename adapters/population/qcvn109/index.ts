/** Service 037 answering in the strict form of QCVN 109:2017/BTTTT: names in parts, xs:date, one code per address. */
import { child, dateOf, identityOf, placeOf, shaped, text, unitOf } from '../citizen.ts'
import type { Dialect } from '../wire.ts'
import { ContractBreach } from '#adapters/transport/fate.ts'
import { some } from '#adapters/transport/some.ts'
import type { XmlElement } from '#adapters/transport/xml-reader.ts'
import type { PartialDate, Person, RegisteredAddress } from '#domain/person.ts'

export const qcvn109: Dialect = { name: 'qcvn109', wsdl: 'qcvn109.wsdl', readPerson }

function readPerson(citizen: XmlElement): Omit<Person, 'standing'> {
  return {
    ...identityOf(citizen),
    ...some('dateOfBirth', birthOf(citizen)),
    ...some('permanentAddress', addressOf(citizen)),
  }
}

/** A day or a year, never both. */
function birthOf(citizen: XmlElement): PartialDate | undefined {
  const birth = child(citizen, 'NgayThangNamSinh')
  if (birth === undefined) return undefined
  const day = shaped(text(birth, 'NgayThangNam'), /^\d{4}-\d{2}-\d{2}$/, 'NgayThangNam')
  const year = shaped(text(birth, 'Nam'), /^\d{4}$/, 'Nam')
  if (day !== undefined && year !== undefined) throw new ContractBreach('a day and a year of birth')
  if (day !== undefined) return dateOf(day.replaceAll('-', ''))
  return year === undefined ? undefined : { year: Number(year) }
}

function addressOf(citizen: XmlElement): RegisteredAddress | undefined {
  const address = child(citizen, 'ThuongTru')
  return address === undefined ? undefined : { ...unitOf(address), ...placeOf(address) }
}
