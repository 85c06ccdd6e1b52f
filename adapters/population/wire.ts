/** The words of service 037 as they stand on the wire, and the little in which its dialects differ. */
import type { XmlElement } from '#adapters/transport/xml-reader.ts'
import type { Person } from '#domain/person.ts'

/** Of everything asked, and of faults and the yes-or-no answer. */
export const serviceNamespace = 'http://dancuquocgia.bca'
/** Of citizens, in both dialects (QCVN 109:2017/BTTTT). */
export const citizenNamespace = 'http://www.mic.gov.vn/dancu/1.0'

/** `MaTichHop`: the number of the service itself, for both operations. */
export const serviceNumber = '037'

export interface Dialect {
  readonly name: 'dancu037' | 'qcvn109'
  /** A file of `contracts/population`. */
  readonly wsdl: string
  /** One `CongDan`. Throws `ContractBreach`. */
  readPerson(citizen: XmlElement): Omit<Person, 'standing'>
}

/** `TrangThaiCongDan` [OURS: the element was seen, its codes are not public]. Absent: living. */
export const standings: ReadonlyMap<number, Person['standing']> = new Map<number, Person['standing']>([
  [1, 'living'],
  [2, 'deceased'],
  [3, 'number_changed'],
])
