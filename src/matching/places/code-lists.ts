/** Which list a code belongs to, and what a code of either list is called today. */
import type { RegisteredAddress } from '#domain/person.ts'
import { currentListFrom, currentProvinces, formerProvinces } from './provinces.ts'

/** `former`: 63 provinces with districts, until 2025-06-30. `current`: 34 provinces, no districts. */
export type CodeList = 'former' | 'current'

/** The list that codes given as of a day (`YYYY-MM-DD`) belong to; without a day, the current one. */
export const listAsOf = (day: string | undefined): CodeList =>
  day !== undefined && day < currentListFrom ? 'former' : 'current'

/** The province as the current list codes it; `undefined` for a code that is not on its list. */
export function currentProvinceCode(code: string, list: CodeList): string | undefined {
  if (list === 'former') return formerProvinces.get(code)?.nowCode
  return currentProvinces.has(code) ? code : undefined
}

/**
 * The register does not say which list an address is coded in. A district says the former one, whenever the data was
 * drawn: districts ended with it, and many records have not been rewritten. So does data drawn before the change, and
 * a province code that only the former list has. Everything else is the current list.
 * `dataAsOf` is RFC 3339; the change took place at midnight in Vietnam.
 */
export function listOfRegistered(address: RegisteredAddress, dataAsOf: string | undefined): CodeList {
  if (address.districtCode !== undefined) return 'former'
  if (dataAsOf !== undefined && Date.parse(dataAsOf) < changeMs) return 'former'
  const { provinceCode } = address
  const isFormerOnly =
    provinceCode !== undefined && !currentProvinces.has(provinceCode) && formerProvinces.has(provinceCode)
  return isFormerOnly ? 'former' : 'current'
}

const changeMs = Date.parse(`${currentListFrom}T00:00:00+07:00`)
