/** The invented people and firms of contracts/personas, and what each would truthfully declare of themselves. */
import { pathToFileURL } from 'node:url'
import { loadFirms, loadPeople, type Person } from '#sandbox/kernel/personas.ts'
import { checkout } from './checkout.ts'

const contracts = pathToFileURL(`${checkout}/contracts/`)

export const people: readonly Person[] = loadPeople(contracts)
export const firms = loadFirms(contracts)

export function personOf(key: string): Person {
  const person = people.find((one) => one.key === key)
  if (person === undefined) throw new Error(`nobody is called ${key}`)
  return person
}

/** The number asked by: the 12 digits where there are any. */
const numberOf = ({ personalId, legacyId }: Person): { personalId: string } | { legacyId: string } =>
  personalId === undefined ? { legacyId: legacyId ?? '' } : { personalId }

/** `subject` of POST /v1/identity-verifications, with everything the person knows. */
export function truthfulSubject(person: Person, differing: Record<string, unknown> = {}): Record<string, unknown> {
  const { fullName, birth, gender, permanentAddress } = person
  const { new: current, old } = permanentAddress
  const address = current
    ? { provinceCode: current.provinceCode, communeCode: current.communeCode, codesAsOf: '2025-07-01' }
    : old && { provinceCode: old.provinceCode, communeCode: old.communeCode, codesAsOf: '2025-06-30' }
  return {
    ...numberOf(person),
    fullName,
    dateOfBirth: birth.date ?? String(birth.year),
    ...(gender !== 'unknown' && { gender }),
    ...(address && { permanentAddress: address }),
    ...differing,
  }
}
