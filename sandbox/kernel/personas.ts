/** The invented people and firms of `contracts/personas/`, as far as the page and the simulators show them. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export interface PersonaAddress {
  readonly provinceCode: string
  /** Only in the list that ended on 2025-06-30. */
  readonly districtCode?: string
  readonly communeCode: string
  readonly detail: string
}

export interface PersonaKin {
  readonly relation: 'father' | 'mother' | 'spouse' | 'representative'
  readonly fullName: string
  readonly personalId?: string
  readonly legacyId?: string
}

export interface Person {
  readonly key: string
  /** Absent: known to the register by the 9-digit number only. */
  readonly personalId?: string
  readonly legacyId?: string
  /** As the person writes it; the register holds it in upper case, NFC. */
  readonly fullName: string
  readonly birth: { readonly year: number; readonly date?: string }
  readonly gender: 'male' | 'female' | 'unknown'
  /** Code of the list in contracts/personas/people.yaml, two digits. */
  readonly ethnicity: string
  /** `new` is what the register answers; a person with `old` only has not been moved to the list of 2025-07-01. */
  readonly permanentAddress: { readonly old?: PersonaAddress; readonly new?: PersonaAddress }
  readonly kin: readonly PersonaKin[]
  readonly household?: { readonly book: string; readonly relation: string; readonly head: string }
  readonly status: 'living' | 'deceased' | 'number_changed'
  /** How the register says "nobody" for this number: without an entry (default), or an entry with an empty name. */
  readonly notFoundAs?: 'empty_name'
  readonly note: string
}

/** What the page needs of a firm; its simulator reads more. */
export interface Firm {
  readonly code: string
  readonly name: string
  readonly status: string
  readonly note?: string
}

export const loadPeople = (contracts: URL): readonly Person[] => load(contracts, 'people.yaml') as Person[]
export const loadFirms = (contracts: URL): readonly Firm[] => load(contracts, 'businesses.yaml') as Firm[]

function load(contracts: URL, name: string): unknown {
  return parse(readFileSync(new URL(`personas/${name}`, contracts), 'utf8'))
}
