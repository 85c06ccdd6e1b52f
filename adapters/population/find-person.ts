/** `TraCuuThongTinCongDan`: the one person whom number, name and birth date together name, or nobody. */
import { fullNameOf } from './citizen.ts'
import type { PopulationClient } from './client.ts'
import { encodeQuery } from './search-keys.ts'
import { citizenNamespace, standings, type Dialect } from './wire.ts'
import { ContractBreach, decoding, type CallSite } from '#adapters/transport/fate.ts'
import { textOf, type XmlElement } from '#adapters/transport/xml-reader.ts'
import type { CallContext } from '#domain/call-context.ts'
import type { Person, PersonAnswer, PersonQuery } from '#domain/person.ts'

const operation = 'TraCuuThongTinCongDan'
const site: CallSite = { upstream: 'population', operation: 'findPerson', effect: 'read' }

export async function findPerson(
  client: PopulationClient,
  dialect: Dialect,
  query: PersonQuery,
  call: CallContext,
): Promise<PersonAnswer> {
  const reply = await client.ask(operation, encodeQuery(query, call), site, call)
  const { person, dataAsOf } = decoding(site, () => decodeCitizens(reply.element, query, dialect))
  const source = { ...reply.source, ...(dataAsOf !== undefined && { dataAsOf }) }
  return person === undefined ? { kind: 'none', source } : { kind: 'found', person, source }
}

interface Decoded {
  readonly person: Person | undefined
  readonly dataAsOf: string | undefined
}

function decodeCitizens(collection: XmlElement, asked: PersonQuery, dialect: Dialect): Decoded {
  if (collection.name !== 'CongdanCollection' || collection.namespace !== citizenNamespace) {
    throw new ContractBreach('the answer of another operation')
  }
  const citizens = collection.children.filter(
    ({ name, namespace }) => name === 'CongDan' && namespace === citizenNamespace,
  )
  const counted = collection.attributes.get('SoCongDan')?.trim()
  const dataAsOf = instantOf(collection.attributes.get('ThoiDiemDuLieu'))
  const [citizen, ...others] = citizens
  if (others.length > 0) throw new ContractBreach('more than one person under one number')
  // "Nobody" is an empty collection, or a person without a name.
  if (citizen === undefined || fullNameOf(citizen) === undefined) {
    if (citizen === undefined && Number(counted ?? 0) > 0) throw new ContractBreach('a person is counted and not there')
    return { person: undefined, dataAsOf }
  }
  return { person: personOf(citizen, asked, dialect), dataAsOf }
}

/**
 * The number that was asked must be the number that is answered, or it is somebody else's answer. A differing name is
 * one: the register has its own idea of equal names, and telling a mismatch is what the comparison is for.
 */
function personOf(citizen: XmlElement, { key }: PersonQuery, dialect: Dialect): Person {
  const person = dialect.readPerson(citizen)
  const answered = key.kind === 'personal' ? person.personalId : person.legacyId
  if (answered !== key.value) throw new ContractBreach('an answer about another person')
  const code = textOf(citizen, citizenNamespace, 'TrangThaiCongDan')
  const standing = code === undefined ? 'living' : standings.get(/^\d{1,2}$/.test(code) ? Number(code) : 0)
  if (standing === undefined) throw new ContractBreach('TrangThaiCongDan is not one of the contract')
  return { ...person, standing }
}

/** xs:dateTime as RFC 3339. Without a zone it is the register's own time. What is no instant is left out: nothing rests on it. */
function instantOf(text: string | undefined): string | undefined {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)?$/.exec(text?.trim() ?? '')
  if (parts === null) return undefined
  const instant = `${parts[1]}${parts[2] ?? '+07:00'}`
  return Number.isNaN(Date.parse(instant)) ? undefined : instant
}
