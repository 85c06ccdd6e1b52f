/**
 * Permanent addresses by administrative code. Free text is never compared: streets are renamed, abbreviated and
 * misspelt, and a wrong refusal sends a citizen home.
 */
import type { RegisteredAddress } from '#domain/person.ts'
import { currentProvinceCode, listAsOf, listOfRegistered, type CodeList } from './places/code-lists.ts'
import { weakestOf, type Verdict } from './verdict.ts'

export interface DeclaredAddress {
  /** 2 digits. */
  readonly provinceCode: string
  /** 5 digits. */
  readonly communeCode?: string | undefined
  /** The day whose code list is meant, `YYYY-MM-DD`; the current list when absent. */
  readonly codesAsOf?: string | undefined
}

/**
 * Provinces are translated to the current list on both sides and then compared, so a person from old Lào Cai (10, now
 * 15) and one from old Yên Bái (15, now 15) both live in today's Lào Cai. Communes are compared only when both codes are
 * of the same list: most communes of 2025 were merged from several, and no table of them is official here, so a commune
 * across the change is `no_data`, never a `mismatch`. An address abroad and unknown codes are `no_data` as well.
 */
export function compareAddresses(
  declared: DeclaredAddress,
  registered: RegisteredAddress | undefined,
  dataAsOf: string | undefined,
): Verdict {
  if (registered === undefined) return 'no_data'
  const lists = { declared: listAsOf(declared.codesAsOf), registered: listOfRegistered(registered, dataAsOf) }
  const province = compareCodes(
    currentProvinceCode(declared.provinceCode, lists.declared),
    currentProvinceCode(registered.provinceCode ?? '', lists.registered),
  )
  if (declared.communeCode === undefined) return province
  return weakestOf([province, compareCommunes(declared.communeCode, registered.communeCode, lists)])
}

/** Whether the declared province stands on the list it was declared by: if not, it cannot be compared. */
export const isOnItsList = ({ provinceCode, codesAsOf }: DeclaredAddress): boolean =>
  currentProvinceCode(provinceCode, listAsOf(codesAsOf)) !== undefined

const compareCommunes = (
  declared: string,
  registered: string | undefined,
  lists: { readonly declared: CodeList; readonly registered: CodeList },
): Verdict => (lists.declared === lists.registered ? compareCodes(declared, registered) : 'no_data')

function compareCodes(declared: string | undefined, registered: string | undefined): Verdict {
  if (declared === undefined || registered === undefined) return 'no_data'
  return declared === registered ? 'match' : 'mismatch'
}
